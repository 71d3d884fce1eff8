/**
 * An administrator sets up a queue for a till before the till is there, changes how it is delivered while messages
 * flow, and looks at how it stands. Nothing is lost on the way.
 *
 *     npm run build && node build/examples/subscription-admin.js
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { loadConfig } from '../src/config.js';
import { startServer } from '../src/server.js';

// What the till will be: a small HTTP server that takes one order after the other.
const orders: unknown[] = [];
const till = createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request) body += chunk;
  orders.push(JSON.parse(body).data);
  response.writeHead(204).end();
  till.emit('order');
});
till.listen(0, '127.0.0.1');
await once(till, 'listening');
const { port: tillPort } = till.address() as AddressInfo;

const config = loadConfig({
  argv: ['--port', '0', '--store', 'memory:', '--log-level', 'silent'],
  env: { HOLDFAST_ADMIN_PASSWORD: 'secret' },
});
const server = await startServer({
  ...config,
  allowedWebhookNetworks: [{ address: '127.0.0.0', prefix: 8, family: 'ipv4' }],
});

/** Of what is answered, what is used here. */
interface Result {
  sub_key: string;
  queue_depth: number;
  is_attached: boolean;
  items: { name: string; queue_depth: number }[];
}

async function call(method: string, params: object): Promise<Result> {
  const response = await fetch(`${server.url}/rpc`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa('admin:secret')}` },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  });
  const { result, error } = (await response.json()) as { result: Result; error?: { message: string } };
  assert.equal(error, undefined);
  return result;
}

const order = (data: string) => call('publish', { topic_name: '/order/new', data });

await call('endpoint.create', { username: 'till', key: true, patterns: ['sub=/order/*'] });

// There is no till yet: its queue is only to be pulled from.
const { sub_key } = await call('subscription.create', { username: 'till', name: 'orders', topic_name: '/order/new' });
await order('tea');
await order('cake');
console.log('waiting:', (await call('subscription.get', { sub_key })).queue_depth);

// Now there is one. It gets the orders by itself, one by one, in their order.
const route = { url: `http://127.0.0.1:${tillPort}/orders` };
const switched = await call('subscription.update', {
  sub_key,
  route,
  delivery_method: 'notify',
  delivery_batch_size: 1,
  wrap_one_msg_in_list: false,
  delivery_err_should_block: true,
});
assert.equal(switched.is_attached, true);
while (orders.length < 2) await once(till, 'order');
console.log('taken:', orders.join(', '));

// The till closes for the day: what comes in waits.
await call('subscription.update', { sub_key, active_status: 'pub-only' });
await order('milk');
const { items } = await call('subscription.list', { search: 'till' });
console.log('overnight:', items[0]!.name, items[0]!.queue_depth);
await call('subscription.update', { sub_key, active_status: 'pub-sub' });
while (orders.length < 3) await once(till, 'order');
console.log('in the morning:', orders.at(-1));

await call('subscription.delete', { sub_key });
await server.stop();
till.close();

// Prints:
// waiting: 2
// taken: tea, cake
// overnight: orders 1
// in the morning: milk
