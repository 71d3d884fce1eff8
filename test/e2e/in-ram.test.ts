import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { dataOf, messagesOf, refused, Stage } from './stage.js';

const test = suite('e2e: messages in memory only');

test('a message in memory says so, is delivered in its order, and is gone after a restart', async () => {
  const stage = await Stage.set();
  try {
    const credentials = await stage.endpoint();
    const user = await stage.connect(credentials);
    const sub_key = await user.subscribe('/ticks', { name: 'ticks' });
    await user.close();
    const { admin } = stage;
    for (const [data, has_gd, priority] of [
      ['a', true, 5],
      ['b', false, 5],
      ['c', false, 9],
      ['d', true, 5],
    ] as const) {
      const result = await admin.call('publish', { topic_name: '/ticks', data, has_gd, priority });
      assert.is(result.has_gd, has_gd ? undefined : false);
    }
    assert.is((await admin.call('queue.browse', { sub_key })).depth, 4);
    await stage.restart();
    const after = await stage.connect(credentials);
    assert.is((await after.call('resume', { sub_key })).queue_depth, 2);
    assert.equal(dataOf(await after.take(2)), ['a', 'd']);
  } finally {
    await stage.strike();
  }
});

test('all who are subscribed get it, and pull has it too, in the order of both kinds', async () => {
  const stage = await Stage.set();
  try {
    const users = await Promise.all(Array.from({ length: 5 }, () => stage.user()));
    for (const user of users) await user.subscribe('/fan/*');
    const puller = await stage.user();
    const pulled = await puller.subscribe('/fan/*', { delivery_method: 'pull' });
    await stage.admin.call('topic.create', { topic_name: '/fan/out', has_gd: false });
    for (let one = 0; one < 10; one += 1) {
      const override = one % 2 === 0 ? {} : { has_gd: true };
      const result = await stage.admin.call('publish', { topic_name: '/fan/out', data: one, ...override });
      assert.is(result.has_gd, one % 2 === 0 ? false : undefined);
    }
    const all = Array.from({ length: 10 }, (_, one) => one);
    for (const user of users) assert.equal(dataOf(await user.take(10)), all);
    const { messages } = await puller.call('pull', { sub_key: pulled, max_messages: 20 });
    assert.equal(dataOf(messages), all);
    const msg_id_list = messages.map(({ msg_id }) => msg_id);
    await puller.call('ack', { sub_key: pulled, msg_id_list });
    assert.is((await puller.call('queue.browse', { sub_key: pulled })).depth, 0);
  } finally {
    await stage.strike();
  }
});

test('when the memory is full, publishes are refused, and those that are guaranteed are not', async () => {
  const stage = await Stage.set({ limits: { ram_bytes_max: 4_000 } });
  try {
    const user = await stage.user();
    await user.subscribe('/full', { max_in_flight: 1 });
    const data = 'x'.repeat(1_000);
    for (let one = 0; one < 2; one += 1) await user.publish('/full', data, { has_gd: false });
    const error = await refused(user.publish('/full', data, { has_gd: false }), 'overloaded');
    assert.is((error.data as { retry_after?: number }).retry_after, 1);
    await refused(user.publish('/full', data.repeat(4), { has_gd: false }), 'too_large');
    await user.publish('/full', data);
    assert.is(messagesOf([await user.deliveries.next()]).length, 1);
  } finally {
    await stage.strike();
  }
});

test('when the configuration says so, the oldest go, and who was to get them is told', async () => {
  const stage = await Stage.set({ onRamFull: 'drop_oldest', limits: { ram_bytes_max: 8_000 } });
  try {
    const user = await stage.user();
    const sub_key = await user.subscribe('/full', { max_in_flight: 1 });
    // The first is out already when it goes.
    for (let one = 0; one < 7; one += 1) await stage.admin.publish('/full', `${one}`.repeat(1_000), { has_gd: false });
    assert.equal(await user.dropped.next(), { sub_key, count: 1, reason: 'ram_full' });
    const metrics = await (await fetch(`${stage.server.url}/metrics`)).text();
    assert.match(metrics, 'holdfast_messages_swept_total{reason="ram_full"} 2');
    assert.match(metrics, 'holdfast_messages_dropped_total{reason="ram_full"} 1');
    assert.match(metrics, 'holdfast_ram_messages 5');
  } finally {
    await stage.strike();
  }
});

test.run();
