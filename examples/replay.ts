/**
 * A program that counted wrongly and counts again. The topic keeps what is settled for a day, so that a queue can be taken
 * back, after a look at how much that would be; and a program that is new can begin with all of it.
 *
 *     npm run build && node build/examples/replay.js
 */
import assert from 'node:assert/strict';
import { on, once } from 'node:events';
import { WebSocket } from 'ws';
import { loadConfig } from '../src/config.js';
import { startServer } from '../src/server.js';

const argv = ['--port', '0', '--store', 'memory:', '--log-level', 'warn'];
const server = await startServer(loadConfig({ argv, env: { HOLDFAST_ADMIN_PASSWORD: 'secret' } }));

const socket = new WebSocket(`ws://127.0.0.1:${server.port}/ws`, 'holdfast.v1', { auth: 'admin:secret' });
const frames = on(socket, 'message');
await once(socket, 'open');
const receive = async () => JSON.parse(String((await frames.next()).value[0]));
const ask = async (method: string, params: object) => {
  socket.send(JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }));
  const { result, error } = await receive();
  assert.equal(error, undefined);
  return result;
};
/** The amounts of the next delivery, which is settled. */
const amounts = async (): Promise<number[]> => {
  const { id, params } = await receive();
  socket.send(JSON.stringify({ jsonrpc: '2.0', id, result: {} }));
  return params.messages.map(({ data }: { data: { amount: number } }) => data.amount);
};
const sum = (numbers: number[]) => numbers.reduce((all, one) => all + one, 0);

await ask('topic.create', { topic_name: '/sale', limit_retention: 86_400 });
const counting = { topic_name: '/sale', name: 'counter', active_status: 'pub-only' };
const { sub_key } = await ask('subscribe', counting);
for (const amount of [5, 12, 25]) await ask('publish', { topic_name: '/sale', data: { amount } });
await ask('subscription.update', { sub_key, active_status: 'pub-sub' });
const wrong = (await amounts()).length;
console.log(`counted: ${wrong}, which is the number of sales and not what they bring`);

// How much would come again? Nothing is changed by asking.
const { message_count } = await ask('queue.rewind', { sub_key, to: 'earliest', dry_run: true });
assert.equal(message_count, 3);
await ask('queue.rewind', { sub_key, to: 'earliest' });
const right = sum(await amounts());
console.log(`counted again: ${right}`);
assert.equal(right, 42);

// A report that is new begins with all that was ever sold, or at least in the last day.
await ask('subscribe', { topic_name: '/sale', name: 'report', from: 'earliest' });
assert.equal(sum(await amounts()), 42);
console.log('the report has it too');

socket.terminate();
await server.stop();

// Prints:
// counted: 3, which is the number of sales and not what they bring
// counted again: 42
// the report has it too
