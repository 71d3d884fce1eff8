/**
 * A shop is told of each order by HTTP. It knows by the signature who calls, and it is not well at first: Holdfast tries
 * again, waits as the schedule says, and stops when the shop has taken the order.
 *
 *     npm run build && node build/examples/webhook.js
 */
import assert from 'node:assert/strict';
import { createHmac, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../src/config.js';
import { startServer } from '../src/server.js';

const secret = `whsec_${Buffer.from('thirty-two bytes, kept by both.').toString('base64')}`;

/** What the shop does before it looks at a request: the body as it came, the key, and a time that is not long ago. */
function isSigned(headers: IncomingHttpHeaders, body: string): boolean {
  const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures } = headers;
  if (Math.abs(Date.now() / 1000 - Number(timestamp)) > 300) return false;
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  const expected = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest();
  return String(signatures)
    .split(' ')
    .some(signature => {
      const given = Buffer.from(signature.replace(/^v1,/, ''), 'base64');
      return given.length === expected.length && timingSafeEqual(given, expected);
    });
}

// The shop: its database is down when the first two requests come.
let requests = 0;
const shop = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = Buffer.concat(chunks).toString();
  assert.ok(isSigned(request.headers, body));
  assert.equal(isSigned(request.headers, `${body} `), false);
  const [{ data, delivery_count }] = JSON.parse(body);
  requests += 1;
  console.log(`request ${requests}: order ${data.order}, delivery_count ${delivery_count}`);
  if (requests <= 2) response.writeHead(500).end('the database is down');
  else response.writeHead(204).end(() => shop.emit('taken'));
});
shop.listen(0, '127.0.0.1');
await once(shop, 'listening');
const url = `http://127.0.0.1:${(shop.address() as AddressInfo).port}/orders`;

// Routes lead to public addresses, unless the configuration names others.
const folder = mkdtempSync(join(tmpdir(), 'holdfast-example-'));
const config = join(folder, 'config.json');
writeFileSync(config, JSON.stringify({ allowed_webhook_networks: ['127.0.0.0/8'] }));
const server = await startServer(
  loadConfig({
    argv: [
      '--config',
      config,
      '--port',
      '0',
      '--store',
      `sqlite:${join(folder, 'example.db')}`,
      '--log-level',
      'error',
    ],
    env: { HOLDFAST_ADMIN_PASSWORD: 'secret' },
  }),
);

/** A call of the administrator. */
async function call(method: string, params: object) {
  const response = await fetch(`${server.url}/rpc`, {
    method: 'POST',
    headers: { Authorization: `Basic ${btoa('admin:secret')}` },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  });
  const { result, error } = (await response.json()) as { result: Record<string, unknown>; error?: object };
  assert.equal(error, undefined);
  return result;
}

const isTaken = once(shop, 'taken');
await call('endpoint.create', { username: 'shop', key: true, patterns: ['sub=/order/*'] });
const { sub_key } = await call('subscription.create', {
  username: 'shop',
  topic_name: '/order/new',
  route: { url, secret },
  wait_non_sock_err: [0.05, 0.1, 60],
});
await call('publish', { topic_name: '/order/new', data: { order: 17 } });
await isTaken;

const { last_error } = await call('subscription.get', { sub_key });
console.log(`the last error was: ${last_error}`);

await server.stop();
shop.close();
rmSync(folder, { recursive: true });

// Prints:
// request 1: order 17, delivery_count 1
// request 2: order 17, delivery_count 2
// request 3: order 17, delivery_count 3
// the last error was: HTTP 500: the database is down
