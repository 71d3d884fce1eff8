// Fan-out with nothing around it: no store, what came in a turn goes to everyone at its end.
import { Audience } from './audience.js';
import { listen } from './listen.js';
import { messageId } from './message.js';
import { type Request, Turn } from './turn.js';

const audience = new Audience();
let open = new Turn();
let position = 0;

function broadcast(): void {
  const turn = open;
  open = new Turn();
  audience.send(turn.bodies.map((body, index) => `"msg_id":"${messageId(position + index + 1)}",${body}`));
  position += turn.bodies.length;
  turn.answer(position);
}

listen({
  text(connection, text) {
    const request = JSON.parse(text) as Request;
    if (request.method === 'subscribe') {
      audience.add(connection, request.id);
    } else if (request.method === 'publish') {
      if (open.bodies.length === 0) setImmediate(broadcast);
      open.add(connection, request);
    }
  },
});
