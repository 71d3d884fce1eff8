/**
 * What a web page does: it cannot set the Authorization header of a WebSocket, so its credentials go as a second
 * subprotocol. `openQueue` and what it uses run in a page as they are, where `WebSocket` need not be imported.
 *
 *     npm run build && node build/examples/browser-client.js
 */
import assert from 'node:assert/strict';
import { WebSocket } from 'ws';
import { loadConfig } from '../src/config.js';
import { startServer } from '../src/server.js';

interface Message {
  topic_name: string;
  data: unknown;
  delivery_count: number;
}

interface Queue {
  call(method: string, params: object): Promise<unknown>;
  close(): void;
}

/** Subscribes under a name and calls `use` for each message. A page that is reloaded goes on with the same queue. */
async function openQueue(
  url: string,
  user: { username: string; password: string },
  subscription: { topic_name: string; name: string },
  use: (message: Message) => void,
): Promise<Queue> {
  const socket = new WebSocket(url, [
    'holdfast.v1',
    `holdfast.basic.${base64url(`${user.username}:${user.password}`)}`,
  ]);
  const calls = new Map<number, { resolve(result: unknown): void; reject(error: Error): void }>();
  let lastId = 0;
  const call = (method: string, params: object) => {
    const id = ++lastId;
    socket.send(JSON.stringify({ jsonrpc: '2.0', id, method, params }));
    return new Promise((resolve, reject) => calls.set(id, { resolve, reject }));
  };
  socket.addEventListener('message', event => {
    const { id, method, params, result, error } = JSON.parse(String(event.data));
    if (method === 'deliver') {
      for (const message of params.messages) use(message);
      // They were used, so they may leave the queue. With an error in place of the result they would come again.
      socket.send(JSON.stringify({ jsonrpc: '2.0', id, result: {} }));
    } else if (error) calls.get(id)?.reject(new Error(error.message));
    else calls.get(id)?.resolve(result);
    if (!method) calls.delete(id);
  });
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve);
    // All that a page learns of a refused upgrade is that it failed; `whoami` over POST /rpc tells the reason.
    socket.addEventListener('error', reject);
  });
  await call('subscribe', subscription);
  return { call, close: () => socket.close() };
}

/** Base64url of the UTF-8 bytes, without padding. */
function base64url(text: string): string {
  const base64 = btoa(String.fromCharCode(...new TextEncoder().encode(text)));
  return base64.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

const server = await startServer(
  loadConfig({
    argv: ['--port', '0', '--store', 'memory:', '--log-level', 'warn'],
    env: { HOLDFAST_ADMIN_PASSWORD: 'pässword' },
  }),
);
const url = `ws://127.0.0.1:${server.port}/ws`;
const user = { username: 'admin', password: 'pässword' };
const subscription = { topic_name: '/room/**', name: 'page' };

/** Opens the page and answers it with a promise of the next message. */
const openPage = async () => {
  let show = (_message: Message) => {};
  const shown = new Promise<Message>(resolve => {
    show = resolve;
  });
  return { page: await openQueue(url, user, subscription, message => show(message)), shown };
};

const first = await openPage();
await first.page.call('publish', { topic_name: '/room/1', data: { text: 'Hello, is anybody there?' } });
const hello = await first.shown;
assert.deepEqual(hello.data, { text: 'Hello, is anybody there?' });
console.log(`the page shows ${JSON.stringify(hello.data)}`);

// The page is closed; somebody else writes; the page is opened again.
first.page.close();
const other = await openQueue(url, user, { topic_name: '/unused', name: 'other' }, () => {});
await other.call('publish', { topic_name: '/room/2', data: { text: 'While you were away' } });
const second = await openPage();
const missed = await second.shown;
assert.deepEqual([missed.topic_name, missed.data], ['/room/2', { text: 'While you were away' }]);
console.log(`the page that was opened again shows ${JSON.stringify(missed.data)}`);

// Without good credentials there is no connection.
await assert.rejects(openQueue(url, { username: 'admin', password: 'wrong' }, subscription, () => {}));
console.log('a wrong password is refused');

second.page.close();
other.close();
await server.stop();

// Prints:
// the page shows {"text":"Hello, is anybody there?"}
// the page that was opened again shows {"text":"While you were away"}
// a wrong password is refused
