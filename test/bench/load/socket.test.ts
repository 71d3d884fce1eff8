import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { WebSocketServer } from 'ws';
import { LoadSocket, type SocketOwner } from '../../../bench/load/socket.js';

const frameBytes = 1_000;
const frames = 200;

/** Counts the bytes of what it gets, and resolves when it has all that the server sends. */
class Counter implements SocketOwner {
  received = 0;
  readonly complete: Promise<void>;
  #complete: () => void = () => undefined;

  constructor() {
    this.complete = new Promise(resolve => {
      this.#complete = resolve;
    });
  }

  text(_bytes: Buffer, start: number, end: number): void {
    this.received += end - start;
  }

  turn(): void {
    if (this.received === frames * frameBytes) this.#complete();
  }

  failed(error: Error): void {
    throw error;
  }
}

const socket = suite('bench socket');

socket('reads a little and then pauses if it is to be slow, until it is told to hurry', async () => {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  const target = { port: (server.address() as AddressInfo).port, basic: '' };
  const [slow, quick] = [new Counter(), new Counter()];
  const slowSocket = await LoadSocket.open(target, slow, 1);
  const quickSocket = await LoadSocket.open(target, quick);
  // The first read is the answer to the handshake; a byte a second is minutes of rest after it.
  for (const client of server.clients) {
    for (let frame = 0; frame < frames; frame += 1) client.send('x'.repeat(frameBytes));
  }
  await quick.complete;
  assert.ok(slow.received <= 8 * 1024, `it read ${slow.received} bytes`);
  slowSocket.hurry();
  await slow.complete;
  for (const client of server.clients) client.terminate();
  await Promise.all([slowSocket.close(), quickSocket.close()]);
  server.close();
});

socket.run();
