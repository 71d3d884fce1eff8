/**
 * A reminder that is published today and due tomorrow. Until then it can be found, put off, changed and taken back; it is
 * on disk, so that a restart changes nothing.
 *
 *     npm run build && node build/examples/delayed.js
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
  argv: ['--port', '0', '--store', `sqlite:${join(folder, 'example.db')}`, '--log-level', 'warn'],
  env: { HOLDFAST_ADMIN_PASSWORD: 'secret' },
});
let server = await startServer(config);

/** A connection that is asked one thing after another, and what it receives. */
const connect = async () => {
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
  return { socket, receive, ask };
};

const shop = await connect();
const day = 86_400;
const reminder = { topic_name: '/reminder', data: 'invoice 17 is due', delay: day };
const { msg_id } = await shop.ask('publish', reminder);
const { msg_id: mistaken } = await shop.ask('publish', { ...reminder, data: 'invoice 71 is due' });

// One was a mistake, and nobody will ever see it.
await shop.ask('delayed.cancel', { msg_id: mistaken });
await server.stop();

// The next morning, after a restart, the other one is still there.
server = await startServer(config);
const desk = await connect();
await desk.ask('subscribe', { topic_name: '/reminder', name: 'desk' });
const { items } = await desk.ask('delayed.list', { search: 'invoice' });
for (const { data, version } of items) console.log(`waits: ${data} (version ${version})`);
assert.equal(items.length, 1);

// It gets other words, only if nobody changed it meanwhile, and is due at once.
await desk.ask('delayed.update', { msg_id, version: 1, data: 'invoice 17 is overdue', delay: 0 });
const { id, params } = await desk.receive();
for (const message of params.messages) console.log(`came: ${message.data}`);
assert.equal(params.messages[0].msg_id, msg_id);

// From now on it is a message like any other.
desk.socket.send(JSON.stringify({ jsonrpc: '2.0', id, result: {} }));

desk.socket.close();
await server.stop();
rmSync(folder, { recursive: true });

// Prints:
// waits: invoice 17 is due (version 1)
// came: invoice 17 is overdue
