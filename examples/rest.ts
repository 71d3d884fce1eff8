/**
 * A shop and its accountants, who know HTTP and nothing else: no socket, no library, `fetch` alone. The same calls work
 * from `curl`, from a shell script, or from the job of an old system.
 *
 *     npm run build && node build/examples/rest.js
 */
import assert from 'node:assert/strict';
import { loadConfig } from '../src/config.js';
import { startServer } from '../src/server.js';

const server = await startServer(
  loadConfig({
    argv: ['--port', '0', '--store', 'memory:', '--log-level', 'warn'],
    env: { HOLDFAST_ADMIN_PASSWORD: 'secret' },
  }),
);

/** One call. What is not 200 has an explanation in its body. */
async function call(method: string, path: string, body?: object | string, type?: string): Promise<unknown> {
  const response = await fetch(`${server.url}/pubsub/${path}`, {
    method,
    headers: { Authorization: `Basic ${btoa('admin:secret')}`, 'Content-Type': type ?? 'application/json' },
    body: typeof body === 'object' ? JSON.stringify(body) : body,
  });
  const answer = (await response.json()) as { details?: string };
  if (!response.ok) throw new Error(`${response.status}: ${answer.details}`);
  return answer;
}

interface Message {
  msg_id: string;
  data: unknown;
  priority: number;
  mime_type: string;
}

// The accountants subscribe. They may ask again at each start of their job: it is always the same subscription.
const { sub_key } = (await call('POST', 'subscribe/topic/invoice/new')) as { sub_key: string };
const again = (await call('POST', 'subscribe/topic/invoice/new')) as { sub_key: string };
assert.equal(again.sub_key, sub_key);

// The shop publishes while nobody listens: JSON with its attributes, or a file as it is.
await call('POST', 'topic/invoice/new', { data: { invoice: 7, euro: 12.5 } });
await call('POST', 'topic/invoice/new?priority=9', 'invoice;euro\n8;99\n', 'text/csv');
const mistake = (await call('POST', 'topic/invoice/new', { data: { invoice: 0 } })) as Message;

// Before anyone has read it, the mistake is taken out of the queue.
await call('DELETE', `msg/${mistake.msg_id}`);

// At night the job fetches what waits, the urgent first. What it was sent is settled.
const messages = (await call('PATCH', 'topic/invoice/new')) as Message[];
assert.deepEqual(
  messages.map(({ data }) => data),
  ['invoice;euro\n8;99\n', { invoice: 7, euro: 12.5 }],
);
for (const { priority, mime_type, data } of messages) console.log(priority, mime_type, JSON.stringify(data));
assert.deepEqual(await call('PATCH', 'topic/invoice/new'), []);

// What is wrong is told in words.
await assert.rejects(call('POST', 'topic/invoice/new', { data: 1, prio: 9 }), /400: publish: prio is unknown/);
await assert.rejects(call('POST', 'topic/invoice/new', 'GIF89a', 'image/gif'), /400: .*base64/);

await call('DELETE', 'subscribe/topic/invoice/new');
await assert.rejects(call('PATCH', 'topic/invoice/new'), /404: .*Subscribe first/);
console.log('the accountants have everything');
await server.stop();

// Prints:
// 9 text/csv "invoice;euro\n8;99\n"
// 5 application/json {"invoice":7,"euro":12.5}
// the accountants have everything
