/**
 * Two services that run inside the broker: one takes in new customers, asks the other where their town is, and tells
 * everybody. They are files, in `examples/services/`; the broker finds them by a pattern, strips their types and loads
 * them before it listens. Publishing to the name of a service is all that it takes to reach it.
 *
 *     npm run build && node build/examples/service.js
 */
import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { loadConfig } from '../src/config.js';
import { packageRoot } from '../src/package-root.js';
import { startServer } from '../src/server.js';

const config = loadConfig({
  argv: ['--port', '0', '--store', 'memory:', '--log-level', 'silent'],
  env: { HOLDFAST_ADMIN_PASSWORD: 'secret' },
});
const folder = fileURLToPath(new URL('examples/', packageRoot()));
const server = await startServer({ ...config, folder, services: ['services/*.ts'] });

/** A call of somebody who signs in as `admin`; any client over WebSocket does the same. */
async function call(method: string, params: object): Promise<Record<string, unknown>> {
  const response = await fetch(`${server.url}/rpc`, {
    method: 'POST',
    headers: { Authorization: `Basic ${btoa('admin:secret')}` },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  });
  const { result, error } = (await response.json()) as { result: Record<string, unknown>; error?: { message: string } };
  if (error) throw new Error(error.message);
  return result;
}

const { sub_key } = await call('subscribe', { topic_name: '/customer/created', name: 'accounts' });
const before = (await call('topic.list', { search: '/zato/s/to/' })) as { items: unknown[] };
assert.equal(before.items.length, 0);

await call('publish', { topic_name: 'my.api.customer.new', data: { name: 'Astrid', town: 'Bergen' } });
const { messages } = (await call('pull', { sub_key, wait: 20 })) as { messages: { data: unknown; priority: number }[] };
assert.deepEqual(messages[0]!.data, { name: 'Astrid', town: 'Bergen', country: 'Norway' });
console.log(`the accounts hear of ${JSON.stringify(messages[0]!.data)}, with priority ${messages[0]!.priority}`);

// The topics of both were made when something was published to them for the first time.
const { items } = (await call('topic.list', { search: '/zato/s/to/' })) as { items: { topic_name: string }[] };
for (const { topic_name } of items) console.log(`there is ${topic_name}`);

// As after SIGHUP: the files as they are now, in a fresh thread, and no message is lost.
await call('config.reload', {});
await call('publish', { topic_name: 'my.api.customer.new', data: { name: 'Rui', town: 'Porto' } });
const next = (await call('pull', { sub_key, wait: 20 })) as { messages: { data: unknown }[] };
assert.deepEqual(next.messages[0]!.data, { name: 'Rui', town: 'Porto', country: 'Portugal' });
console.log(`after a reload they hear of ${JSON.stringify(next.messages[0]!.data)}`);

await server.stop();

// Prints:
// the accounts hear of {"name":"Astrid","town":"Bergen","country":"Norway"}, with priority 7
// there is /zato/s/to/my_api_customer_new
// there is /zato/s/to/my_towns
// after a reload they hear of {"name":"Rui","town":"Porto","country":"Portugal"}
