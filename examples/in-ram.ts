/**
 * Prices that change all the time need not be on disk: the next one is on its way. Orders do. Both go to the same
 * subscription, in one order; after the broker was started anew the orders are there, and the prices are not.
 *
 *     npm run build && node build/examples/in-ram.js
 */
import assert from 'node:assert/strict';
import { on, once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { loadConfig } from '../src/config.js';
import { startServer } from '../src/server.js';

const folder = mkdtempSync(join(tmpdir(), 'holdfast-example-'));
const config = loadConfig({
  argv: ['--port', '0', '--store', `sqlite:${join(folder, 'example.db')}`, '--log-level', 'error'],
  env: { HOLDFAST_ADMIN_PASSWORD: 'secret' },
});
const role = 'user' as const;
const endpoints = [
  { username: 'exchange', password: 'exchange', role, patterns: ['pub=/price', 'pub=/order'] },
  { username: 'trader', password: 'trader', role, patterns: ['sub=/price', 'sub=/order'] },
];
// What is published to /price and does not say anything else is kept in memory only.
const topics = [{ topicName: '/price', options: { has_gd: false } }];
const start = () => startServer({ ...config, endpoints, topics });

/** A connection of somebody; `call` answers the result of a request, `delivered` the data that the broker sends next. */
const connect = async (username: string, port: number) => {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/ws`, 'holdfast.v1', { auth: `${username}:${username}` });
  const frames = on(socket, 'message');
  const receive = async () => JSON.parse(String((await frames.next()).value[0]));
  const send = (frame: object) => socket.send(JSON.stringify({ jsonrpc: '2.0', ...frame }));
  await once(socket, 'open');
  return {
    call: async (method: string, params: object) => {
      send({ id: 1, method, params });
      const { result, error } = await receive();
      assert.equal(error, undefined, error?.message);
      return result;
    },
    delivered: async () => {
      const { id, params } = await receive();
      send({ id, result: {} });
      return params.messages.map((message: { data: unknown }) => message.data);
    },
    leave: async () => {
      socket.close();
      await once(socket, 'close');
    },
  };
};

let server = await start();
const mine = { topic_name_list: ['/price', '/order'], name: 'desk' };
const trader = await connect('trader', server.port);
await trader.call('subscribe', mine);
await trader.leave();

// The answer says which messages are in memory only. A single message may be kept better than its topic says, or worse.
const exchange = await connect('exchange', server.port);
const publish = (topic_name: string, data: unknown, more: object = {}) =>
  exchange.call('publish', { topic_name, data, ...more });
assert.equal((await publish('/price', 101)).has_gd, false);
assert.equal((await publish('/order', 'buy 5')).has_gd, undefined);
assert.equal((await publish('/price', 'closing price: 103', { has_gd: true })).has_gd, undefined);
assert.equal((await publish('/price', 102)).has_gd, false);
await exchange.leave();

// Whoever comes now would get all of it, in the order in which it was published. It leaves without acknowledging any.
const early = await connect('trader', server.port);
const { queue_depth } = await early.call('subscribe', mine);
assert.equal(queue_depth, 4);
console.log(`before the restart: ${queue_depth} messages wait`);
await early.leave();

await server.stop();
server = await start();
const late = await connect('trader', server.port);
assert.equal((await late.call('subscribe', mine)).queue_depth, 2);
const kept = await late.delivered();
assert.deepEqual(kept, ['buy 5', 'closing price: 103']);
console.log(`after it: ${kept.join(', ')}`);
await late.leave();

await server.stop();
rmSync(folder, { recursive: true });

// Prints:
// before the restart: 4 messages wait
// after it: buy 5, closing price: 103
