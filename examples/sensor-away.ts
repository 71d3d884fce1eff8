/**
 * A sensor in the field loses its connection. What it is told meanwhile waits for it on disk, and when it is back it
 * gets all of it, the most urgent first. It needs to remember nothing but the name of its subscription.
 *
 *     npm run build && node build/examples/sensor-away.js
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

/** A connection, with the frames of the server in the order in which they came. */
const connect = async () => {
  const socket = new WebSocket(`ws://127.0.0.1:${server.port}/ws`, 'holdfast.v1', { auth: 'admin:secret' });
  const frames = on(socket, 'message');
  await once(socket, 'open');
  return {
    socket,
    send: (frame: object) => socket.send(JSON.stringify({ jsonrpc: '2.0', ...frame })),
    receive: async () => JSON.parse(String((await frames.next()).value[0])),
  };
};

const subscribe = { id: 1, method: 'subscribe', params: { topic_name: '/sensor/17/**', name: 'sensor-17' } };

// The sensor subscribes once, and then its connection breaks.
const before = await connect();
before.send(subscribe);
const { result: first } = await before.receive();
assert.equal(first.is_new, true);
before.socket.terminate();
await once(before.socket, 'close');
console.log('the sensor is away');

// The control room goes on: each publish is answered when the message is on disk.
const controlRoom = await connect();
for (const [topic_name, data, priority] of [
  ['/sensor/17/settings', { every_sec: 60 }, 5],
  ['/sensor/17/log', 'upload last week', 1],
  ['/sensor/17/alarm', 'shut the valve', 9],
]) {
  controlRoom.send({ id: 2, method: 'publish', params: { topic_name, data, priority } });
  const { result } = await controlRoom.receive();
  assert.match(result.msg_id, /^zpsm/);
}

// The same name gives the sensor its queue back. What waited comes in one batch.
const after = await connect();
after.send(subscribe);
const { result: again } = await after.receive();
assert.deepEqual(again, { sub_key: first.sub_key, queue_depth: 3, is_new: false });
console.log(`the sensor is back: ${again.queue_depth} messages wait`);
const { id, method, params } = await after.receive();
assert.equal(method, 'deliver');
for (const { priority, topic_name, data } of params.messages) {
  console.log(`${priority} ${topic_name} ${JSON.stringify(data)}`);
}
assert.deepEqual(
  params.messages.map(({ priority }: { priority: number }) => priority),
  [9, 5, 1],
);

// Any result acknowledges all of them, and they are never sent again.
after.send({ id, result: {} });

after.socket.close();
controlRoom.socket.close();
await server.stop();
rmSync(folder, { recursive: true });

// Prints:
// the sensor is away
// the sensor is back: 3 messages wait
// 9 /sensor/17/alarm "shut the valve"
// 5 /sensor/17/settings {"every_sec":60}
// 1 /sensor/17/log "upload last week"
