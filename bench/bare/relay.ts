// Durable publish and fan-out with nothing around them: what is on disk is answered and goes to everyone.
import { Audience } from './audience.js';
import { Commits } from './commits.js';
import { listen } from './listen.js';
import { messageId } from './message.js';
import type { Request } from './turn.js';

const audience = new Audience();
const commits = new Commits(process.argv[2]!, (turn, lastPosition) => {
  const first = lastPosition - turn.bodies.length + 1;
  turn.answer(lastPosition);
  audience.send(turn.bodies.map((body, index) => `"msg_id":"${messageId(first + index)}",${body}`));
});

listen({
  text(connection, text) {
    const request = JSON.parse(text) as Request;
    if (request.method === 'subscribe') audience.add(connection, request.id);
    else if (request.method === 'publish') commits.open.add(connection, request);
  },
  close: () => commits.close(),
});
