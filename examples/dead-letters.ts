/**
 * A worker that cannot do its work today. What it has failed at often enough goes to the topic of dead letters, with the
 * reason, so that it holds nothing up. Somebody reads why, mends the cause, and puts all of it back.
 *
 *     npm run build && node build/examples/dead-letters.js
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
const server = await startServer(
  loadConfig({
    argv: ['--port', '0', '--store', `sqlite:${join(folder, 'example.db')}`, '--log-level', 'warn'],
    env: { HOLDFAST_ADMIN_PASSWORD: 'secret' },
  }),
);

/** A connection that is asked one thing after another, and what it receives. */
const connect = async () => {
  const socket = new WebSocket(`ws://127.0.0.1:${server.port}/ws`, 'holdfast.v1', { auth: 'admin:secret' });
  const frames = on(socket, 'message');
  await once(socket, 'open');
  const send = (frame: object) => socket.send(JSON.stringify({ jsonrpc: '2.0', ...frame }));
  const receive = async () => JSON.parse(String((await frames.next()).value[0]));
  const ask = async (method: string, params: object) => {
    send({ id: 1, method, params });
    const { result, error } = await receive();
    assert.equal(error, undefined);
    return result;
  };
  return { socket, send, receive, ask };
};

// Somebody reads the dead letters. For others than `admin` this takes a line `sub=/holdfast/dead-letter`: as it is a topic
// of the system, `sub=/**` does not cover it.
const admin = await connect();
await admin.ask('subscribe', { topic_name: '/holdfast/dead-letter', name: 'letters' });

// The worker gets two attempts for each message, one second apart, and fails at both.
const worker = await connect();
const options = { name: 'printer', delivery_max_retry: 2, wait_non_sock_err: 1 };
const { sub_key } = await worker.ask('subscribe', { topic_name: '/order/new', ...options });
const publisher = await connect();
await publisher.ask('publish', { topic_name: '/order/new', data: 'order 17', correl_id: '17' });
for (let attempt = 1; attempt <= 2; attempt += 1) {
  const { id, params } = await worker.receive();
  assert.equal(params.messages[0].delivery_count, attempt);
  worker.send({ id, error: { code: 1, message: 'the printer is out of paper' } });
}

// It has left the queue in the very transaction in which it became a dead letter.
const { id, params } = await admin.receive();
const [letter] = params.messages;
const { topic_name, sub_name, attempts, last_error } = letter.dead_letter;
console.log(`dead: ${letter.data} of ${topic_name}, given up by ${sub_name} after ${attempts} attempts: ${last_error}`);
admin.send({ id, result: {} });

// There is paper again. All dead letters of that queue are put back into it, for nobody else.
const { redriven } = await admin.ask('queue.redrive', { sub_key });
console.log(`put back: ${redriven}`);
const again = await worker.receive();
const [message] = again.params.messages;
console.log(`came: ${message.data} of ${message.topic_name}, attempt ${message.delivery_count}`);
assert.equal(message.correl_id, '17');
assert.equal(message.dead_letter, undefined);
worker.send({ id: again.id, result: {} });

for (const { socket } of [admin, worker, publisher]) socket.close();
await server.stop();
rmSync(folder, { recursive: true });

// Prints:
// dead: order 17 of /order/new, given up by printer after 2 attempts: the printer is out of paper
// put back: 1
// came: order 17 of /order/new, attempt 1
