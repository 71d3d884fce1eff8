// A subscriber that does nothing, with nothing around it: ws, and an answer to its one request.
import { listen } from './listen.js';
import { resultText } from './message.js';

listen({
  text({ webSocket }, text) {
    const request = JSON.parse(text) as { id: number } | { id: number }[];
    const result = '{"sub_key":"zpsk0000000000000000000000","queue_depth":0,"is_new":true}';
    if (Array.isArray(request)) webSocket.send(`[${request.map(({ id }) => resultText(id, result)).join(',')}]`);
    else webSocket.send(resultText(request.id, result));
  },
});
