/**
 * A topic with rules of its own: orders have a form, wait for the shop that opens later, and never fill the disk. All of
 * it is changed while the broker runs.
 *
 *     npm run build && node build/examples/topic-options.js
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

/** One call over HTTP; answers the result, or the error. */
const call = async (method: string, params: object) => {
  const response = await fetch(`${server.url}/rpc`, {
    method: 'POST',
    headers: { Authorization: `Basic ${btoa('admin:secret')}` },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  });
  const { result, error } = JSON.parse(await response.text());
  return result ?? error;
};
const topic_name = '/order/new';
const publish = (data: unknown, expiration = 3_600) => call('publish', { topic_name, data, expiration });

await call('topic.create', {
  topic_name,
  schema: { type: 'object', required: ['sku'], properties: { sku: { type: 'integer' } } },
  on_no_subs_pub: 'keep',
  limit_message_expiry: 600,
  max_depth: 3,
  depth_check_freq: 1,
});

// The data has to fit the schema, and the answer says where it does not.
const misfit = await publish({ sku: 'seven' });
assert.equal(misfit.data.name, 'invalid_params');
console.log(`refused: ${misfit.data.path} ${misfit.data.reason}`);

// Nobody is subscribed yet: what is published waits for the first, up to a depth that is counted now and then.
let taken = 0;
let answer = await publish({ sku: taken });
for (; answer.msg_id; answer = await publish({ sku: taken })) taken += 1;
assert.equal(answer.data.name, 'depth_exceeded');
assert.ok(taken >= 3);
console.log('refused: the topic is full');

// An administrator looks into the log, and makes room.
const { messages } = await call('topic.browse', { topic_name, max_messages: 1 });
console.log(`first in the log: ${JSON.stringify(messages[0].data)}, expires after ${messages[0].expiration} s`);
assert.equal(messages[0].expiration, 600);
await call('topic.update', { topic_name, max_depth: null });
assert.match((await publish({ sku: taken })).msg_id, /^zpsm/);

// The shop opens: all of it was kept for the first subscription.
const { sub_key, queue_depth } = await call('subscribe', { topic_name, name: 'shop' });
assert.equal(queue_depth, taken + 1);
const pulled = await call('pull', { sub_key, max_messages: 100 });
assert.deepEqual(
  pulled.messages.map((message: { data: { sku: number } }) => message.data.sku),
  Array.from({ length: taken + 1 }, (_, sku) => sku),
);
console.log('the shop got every order, in order');

// A deleted topic has nothing left, also if one of that name is made again.
await call('topic.delete', { topic_name });
await publish('in any form now');
assert.equal((await call('topic.browse', { topic_name })).messages.length, 1);
console.log('deleted, and made anew');

await server.stop();

// Prints:
// refused: data.sku must be integer, by the schema of the topic
// refused: the topic is full
// first in the log: {"sku":0}, expires after 600 s
// the shop got every order, in order
// deleted, and made anew
