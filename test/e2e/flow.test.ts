import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Client } from './client.js';
import { dataOf, messagesOf, Stage } from './stage.js';

const test = suite('e2e: flow');

let stage: Stage;
test.before(async () => {
  stage = await Stage.set();
});
test.after(() => stage.strike());

/** Publishes to a queue that nobody receives yet, and answers how to attach it. */
async function fill(
  topic: string,
  data: unknown[],
  options: object,
): Promise<{ user: Client; attach(): Promise<void> }> {
  const credentials = await stage.endpoint();
  const before = await stage.connect(credentials);
  const sub_key = await before.subscribe(topic, options);
  await before.close();
  await Promise.all(data.map(one => stage.admin.publish(topic, one)));
  const user = await stage.connect(credentials);
  const attach = async () => {
    await user.call('resume', { sub_key });
  };
  return { user, attach };
}

const numbers = (count: number) => Array.from({ length: count }, (_, i) => i);

test('no more than max_in_flight messages are sent until some are settled (6)', async () => {
  const { user, attach } = await fill('/flight', numbers(10), { max_in_flight: 4 });
  await attach();
  const held = await user.hold(4);
  await user.call('ping', {});
  assert.is(user.deliveries.length, 0);
  const { sub_key, messages } = held[0]!;
  await user.call('ack', { sub_key, msg_id_list: [messages[1]!.msg_id] });
  assert.equal(dataOf(messagesOf(await user.hold(1))), [4]);
  for (const delivery of held) user.ack(delivery);
  assert.equal(dataOf(messagesOf(await user.hold(3))), [5, 6, 7]);
});

test('no batch is larger than delivery_batch_size', async () => {
  const { user, attach } = await fill('/batch', numbers(25), { delivery_batch_size: 10 });
  await attach();
  const deliveries = await user.hold(25);
  assert.ok(deliveries.every(({ messages }) => messages.length <= 10));
  assert.is(deliveries[0]!.messages.length, 10);
  assert.equal(dataOf(messagesOf(deliveries)), numbers(25));
});

test('no frame is larger than max_frame_bytes, and a larger message goes alone, in its place', async () => {
  const small = 'x'.repeat(1_000);
  const large = 'y'.repeat(50_000);
  const { user, attach } = await fill('/frame', [small, small, large, ...numbers(30).map(() => small)], {
    max_frame_bytes: 10_000,
  });
  await attach();
  const deliveries = await user.hold(33);
  for (const { text, messages } of deliveries) {
    const isLarge = messages.some(({ data }) => data === large);
    if (isLarge) assert.is(messages.length, 1);
    else assert.ok(Buffer.byteLength(text) <= 10_000, `${Buffer.byteLength(text)} bytes`);
  }
  assert.is(
    deliveries.flatMap(({ messages }) => messages).findIndex(({ data }) => data === large),
    2,
  );
  assert.ok(deliveries.length < 20, 'frames are filled');
});

test('frames are counted in bytes, not in characters', async () => {
  const { user, attach } = await fill(
    '/bytes',
    numbers(20).map(() => '€'.repeat(1_000)),
    { max_frame_bytes: 20_000 },
  );
  await attach();
  for (const { text } of await user.hold(20)) assert.ok(Buffer.byteLength(text) <= 20_000);
});

test('over max_depth the oldest of the lowest priority leave, the subscriber is told, and what is in flight stays', async () => {
  const user = await stage.user();
  const sub_key = await user.subscribe('/deep', { max_depth: 3, max_in_flight: 1 });
  for (const [data, priority] of [
    ['a', 1],
    ['b', 1],
    ['c', 1],
    ['d', 9],
    ['e', 1],
    ['f', 5],
  ] as const) {
    await user.publish('/deep', data, { priority });
    if (data === 'a') await user.hold(1);
  }
  // What is in flight is part of the depth, and is not what leaves.
  for (let count = 0; count < 3; ) {
    const dropped = await user.dropped.next();
    assert.equal([dropped.sub_key, dropped.reason], [sub_key, 'max_depth']);
    count += dropped.count;
  }
  const { messages } = await user.call('queue.browse', { sub_key });
  assert.equal(dataOf(messages), ['d', 'f', 'a']);
});

test('active_status: pub-only queues and does not deliver, sub-only the other way round', async () => {
  const user = await stage.user();
  const set = (active_status: 'pub-sub' | 'pub-only' | 'sub-only' | 'disabled') =>
    user.call('subscribe', { topic_name: '/status', name: 'status', active_status });
  await set('pub-only');
  await user.publish('/status', 'queued');
  await set('disabled');
  await user.publish('/status', 'lost');
  assert.is(user.deliveries.length, 0);
  assert.is((await set('sub-only')).queue_depth, 1);
  await user.publish('/status', 'lost too');
  assert.equal(dataOf(await user.take(1)), ['queued']);
  await set('pub-sub');
  await user.publish('/status', 'as ever');
  assert.equal(dataOf(await user.take(1)), ['as ever']);
});

test('a socket that does not read keeps its messages in the log, and others are served meanwhile (6)', async () => {
  const topic = '/deaf';
  const size = 64_000;
  const count = 500;
  const { user: deaf, attach } = await fill(topic, [], { max_in_flight: 100_000, delivery_batch_size: 1 });
  const other = await stage.user();
  await other.subscribe(topic);
  await attach();
  deaf.socket.pause();
  const data = 'z'.repeat(size);
  const received = other.take(count);
  for (let sent = 0; sent < count; sent += 50) {
    await Promise.all(numbers(50).map(() => stage.admin.publish(topic, data)));
  }
  assert.is((await received).length, count);
  // What left for the deaf one is what its own window says and what the kernel took, not all of it.
  const delivered = Number(/^holdfast_messages_delivered_total (\d+)$/m.exec(await metrics())![1]);
  deaf.socket.resume();
  assert.is((await deaf.take(count)).length, count);
  const after = Number(/^holdfast_messages_delivered_total (\d+)$/m.exec(await metrics())![1]);
  assert.ok(after - delivered > count / 2, `${after - delivered} of ${count} were delivered once it read again`);
});

test('a publisher that floods is slowed down, not refused, and loses nothing', async () => {
  const slow = await Stage.set({ limits: { socket_unanswered_max: 16 } });
  const sub_key = await slow.admin.subscribe('/flood', { delivery_method: 'pull' });
  const sent = numbers(3_000).map(i => slow.admin.publish('/flood', i));
  assert.is(new Set(await Promise.all(sent)).size, 3_000);
  const { depth, messages } = await slow.admin.call('queue.browse', { sub_key, max_messages: 1_000 });
  assert.equal([depth, dataOf(messages)], [3_000, numbers(1_000)]);
  await slow.strike();
});

test('publishes of one socket keep their order, also when some have to make their topic first', async () => {
  const user = await stage.user();
  const sub_key = await user.subscribe('/order/**', { delivery_method: 'pull' });
  await Promise.all(numbers(300).map(i => user.publish(`/order/${i % 7}/${i % 30}`, i)));
  const { messages } = await user.call('pull', { sub_key, max_messages: 300 });
  assert.equal(dataOf(messages), numbers(300));
});

test.run();

async function metrics(): Promise<string> {
  return (await fetch(`${stage.server.url}/metrics`)).text();
}
