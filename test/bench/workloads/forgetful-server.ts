// A server that answers each request of the bench as Holdfast does, and forgets it.
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';

interface Request {
  id: number;
  method: string;
}

function answer({ id, method }: Request): object {
  const result = method === 'publish' ? { msg_id: 'zpsm1' } : { sub_key: 'zpsk1', queue_depth: 0 };
  return { jsonrpc: '2.0', id, result };
}

const http = createServer((_, response) => response.end());
new WebSocketServer({ server: http }).on('connection', socket => {
  socket.on('message', data => {
    const frame = JSON.parse(String(data)) as Request | Request[];
    socket.send(JSON.stringify(Array.isArray(frame) ? frame.map(answer) : answer(frame)));
  });
});
http.listen(Number(process.env.HOLDFAST_PORT), '127.0.0.1');
process.on('SIGTERM', () => process.exit(0));
