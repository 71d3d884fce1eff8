import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Spawned } from './spawned.js';

const test = suite('cli: descriptors');
const folder = mkdtempSync(join(tmpdir(), 'holdfast-descriptors-'));
const password = 'for-the-test';
/** A hundred of them are the server's own, ten of the rest are for HTTP, and two for routes. */
const descriptors = 160;
const socketsMax = 48;
let server: Spawned;
let port: number;

test.before(async () => {
  const argv = ['--port', '0', '--store', `sqlite:${join(folder, 'store.db')}`];
  server = new Spawned(argv, { HOLDFAST_ADMIN_PASSWORD: password }, descriptors);
  await server.printed('/health/');
  port = Number(/127\.0\.0\.1:(\d+)/.exec(server.out)![1]);
});

test.after(() => {
  server.child.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

async function opened(): Promise<Socket> {
  const socket = connect(port, '127.0.0.1').on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

/** The status of a handshake, or null if the connection ended without one. */
async function shakeHands(socket: Socket): Promise<string | null> {
  socket.write(
    `GET /ws HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
      'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n' +
      `Authorization: Basic ${Buffer.from(`admin:${password}`).toString('base64')}\r\n\r\n`,
  );
  const answer = await Promise.race([once(socket, 'data'), once(socket, 'close').then(() => null)]);
  return answer === null ? null : String(answer[0]).split(' ')[1]!;
}

async function isLive(): Promise<boolean> {
  const answer = await fetch(`http://127.0.0.1:${port}/health/live`, { headers: { Connection: 'close' } });
  await answer.arrayBuffer();
  return answer.status === 200;
}

test('it says at the start that the limit of open files cuts connections_max', () => {
  assert.match(server.err, /ulimit -n/);
  assert.match(server.err, new RegExp(`"connections_max":${socketsMax}\\b`));
});

test('sockets above what the descriptors allow are refused with 503, and HTTP is still served (6)', async () => {
  const sockets: Socket[] = [];
  for (let count = 0; count < socketsMax; count += 1) {
    const socket = await opened();
    assert.is(await shakeHands(socket), '101');
    sockets.push(socket);
  }
  assert.is(await shakeHands(await opened()), '503');
  assert.ok(await isLive());

  const closed = once(sockets[0]!, 'close');
  sockets.shift()!.end();
  await closed;
  const again = await opened();
  assert.is(await shakeHands(again), '101');
  for (const socket of [...sockets, again]) socket.destroy();
});

test('a flood of connections that say nothing is dropped, and the server goes on after it (6)', async () => {
  const flood = await Promise.all(Array.from({ length: 400 }, opened));
  for (const socket of flood) socket.resume();
  const dropped = flood.map(socket => once(socket, 'close'));
  // Those above the bound are closed at once; the first of them tells that the bound is reached.
  await Promise.race(dropped);
  for (const socket of flood) socket.destroy();
  // It is told of their ends one by one, and until then it has no room for us either.
  while (!(await isLive().catch(() => false)));
  assert.is(server.child.exitCode, null);
});

test.run();
