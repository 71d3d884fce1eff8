// The bare publish without a store: what Node and ws alone allow on this machine, and no disk could ever make faster.
import { listen } from './listen.js';
import { type Request, Turn } from './turn.js';

let open = new Turn();
let position = 0;

function answer(): void {
  const turn = open;
  open = new Turn();
  position += turn.bodies.length;
  turn.answer(position);
}

listen({
  text(connection, text) {
    if (open.bodies.length === 0) setImmediate(answer);
    open.add(connection, JSON.parse(text) as Request | Request[]);
  },
});
