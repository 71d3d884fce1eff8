/**
 * One topic and two subscribers who want different things of it: JSON with the name of the customer, and CSV. The
 * publisher knows nothing of that. What it gets wrong, it is told.
 *
 *     npm run build && node build/examples/hooks.js
 */
import assert from 'node:assert/strict';
import { on, once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { WebSocket } from 'ws';
import { loadConfig } from '../src/config.js';
import { startServer } from '../src/server.js';

const config = loadConfig({
  argv: ['--port', '0', '--store', 'memory:', '--log-level', 'warn'],
  env: { HOLDFAST_ADMIN_PASSWORD: 'secret' },
});
// In a config file: { "hooks": ["hooks/*.ts"] }
const server = await startServer({
  ...config,
  folder: fileURLToPath(new URL('.', import.meta.url)),
  hooks: ['hooks/*.js'],
});

const connect = async () => {
  const socket = new WebSocket(`ws://127.0.0.1:${server.port}/ws`, 'holdfast.v1', { auth: 'admin:secret' });
  const frames = on(socket, 'message');
  await once(socket, 'open');
  const receive = async () => JSON.parse(String((await frames.next()).value[0]));
  const ask = async (method: string, params: object) => {
    socket.send(JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }));
    return receive();
  };
  return { socket, receive, ask };
};

const [kitchen, accounting, shop] = await Promise.all([connect(), connect(), connect()]);
await kitchen.ask('subscribe', { topic_name: '/order/new', name: 'kitchen' });
await accounting.ask('subscribe', { topic_name: '/order/new', name: 'accounting' });

const { error } = await shop.ask('publish', { topic_name: '/order/new', data: { item: 'soup', customer: 17 } });
console.log(`refused: ${error.data.reason}`);
assert.equal(error.data.name, 'forbidden');

await shop.ask('publish', { topic_name: '/order/new', data: { id: 1, item: 'soup', customer: 17 } });

for (const [name, subscriber] of Object.entries({ kitchen, accounting })) {
  const { id, params } = await subscriber.receive();
  const [{ data, mime_type }] = params.messages;
  console.log(`${name} got ${mime_type}: ${typeof data === 'string' ? data : JSON.stringify(data)}`);
  subscriber.socket.send(JSON.stringify({ jsonrpc: '2.0', id, result: {} }));
}

for (const { socket } of [kitchen, accounting, shop]) socket.close();
await server.stop();

// Prints:
// refused: an order needs an id
// kitchen got application/json: {"id":1,"item":"soup","customer":"Žaneta"}
// accounting got text/csv: 1;soup;Žaneta
