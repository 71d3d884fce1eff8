import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Client } from './client.js';
import { dataOf, messagesOf, refused, Stage } from './stage.js';

const test = suite('e2e: looking into queues and mending them');

let stage: Stage;
test.before(async () => {
  stage = await Stage.set();
});
test.after(() => stage.strike());

/** A queue that nobody receives, with a message for each `[data, priority, topic]`. */
async function queueOf(name: string, ...sent: [data: unknown, priority?: number, topic?: string][]) {
  const user = await stage.user();
  const sub_key = await user.subscribe(`/q/${name}/**`, { delivery_method: 'pull' });
  const ids: string[] = [];
  for (const [data, priority = 5, topic = 'a'] of sent) {
    ids.push(await user.publish(`/q/${name}/${topic}`, data, { priority }));
  }
  return { user, sub_key, ids };
}

/** The data of the next so many messages; what has to be read from disk may come with a later pull. */
async function pulled(user: Client, sub_key: string, count: number): Promise<unknown[]> {
  const messages: unknown[] = [];
  while (messages.length < count) {
    messages.push(...dataOf((await user.call('pull', { sub_key, wait: 60 })).messages));
  }
  return messages;
}

test('a queue is read in the order of delivery, in pages, and nothing changes by it (8)', async () => {
  const { user, sub_key } = await queueOf('pages', ['a', 1], ['b', 9], ['c', 5], ['d', 9], ['e', 1], ['f', 5]);
  const pages: unknown[] = [];
  let cursor: string | undefined;
  do {
    const page = await user.call('queue.browse', { sub_key, max_messages: 4, cursor });
    assert.is(page.depth, 6);
    for (const { state, attempts, delivery_count, last_error } of page.messages) {
      assert.equal([state, attempts, delivery_count, last_error], ['ready', 0, 0, null]);
    }
    pages.push(dataOf(page.messages));
    cursor = page.next_cursor ?? undefined;
  } while (cursor);
  assert.equal(pages.flat(), ['b', 'd', 'c', 'f', 'a', 'e']);
  const { messages } = await user.call('pull', { sub_key });
  assert.equal(dataOf(messages), ['b', 'd', 'c', 'f', 'a', 'e']);
  assert.ok(messages.every(({ delivery_count }) => delivery_count === 1));
});

test('a page of a queue ends where its messages are long enough, and the next one goes on from there (6, 8)', async () => {
  const long = 'x'.repeat(3 * 1024 * 1024);
  const { user, sub_key } = await queueOf('long', [`a${long}`], [`b${long}`], [`c${long}`]);
  const firsts: string[][] = [];
  let cursor: string | undefined;
  do {
    const page = await user.call('queue.browse', { sub_key, cursor });
    firsts.push(page.messages.map(({ data }) => (data as string)[0]!));
    cursor = page.next_cursor ?? undefined;
  } while (cursor);
  assert.equal(firsts, [['a', 'b'], ['c']]);
});

test('a queue is searched by text, priority and topic', async () => {
  const { user, sub_key } = await queueOf('search', ['needle one', 9, 'x'], ['hay', 9, 'y'], ['needle two', 5, 'y']);
  const found = async (filter: object) => dataOf((await user.call('queue.browse', { sub_key, ...filter })).messages);
  assert.equal(await found({ search: 'needle' }), ['needle one', 'needle two']);
  assert.equal(await found({ priority: 9 }), ['needle one', 'hay']);
  assert.equal(await found({ topic_name: '/q/search/y' }), ['hay', 'needle two']);
  assert.equal(await found({ search: 'needle', topic_name: '/q/search/y', priority: 5 }), ['needle two']);
  assert.equal(await found({ priority: 1 }), []);
});

test('the pages of a search hold all that was found, once', async () => {
  const { user, sub_key } = await queueOf(
    'found',
    ...Array.from({ length: 30 }, (_, i) => [`n${i % 3}-${i}`] as [string]),
  );
  const found: unknown[] = [];
  let cursor: string | undefined;
  do {
    const page = await user.call('queue.browse', { sub_key, search: 'n1-', max_messages: 3, cursor });
    found.push(...dataOf(page.messages));
    cursor = page.next_cursor ?? undefined;
  } while (cursor);
  assert.equal(
    found,
    Array.from({ length: 10 }, (_, i) => `n1-${i * 3 + 1}`),
  );
});

test('a cursor that the broker did not give is refused', async () => {
  const { user, sub_key } = await queueOf('cursor', [1]);
  const { data } = await refused(user.call('queue.browse', { sub_key, cursor: 'next' }), 'invalid_params');
  assert.is(data.path, 'cursor');
});

test('an edited message is delivered as edited, and other subscriptions keep it as it was', async () => {
  const { user, sub_key, ids } = await queueOf('edit', ['typo'], ['next']);
  const other = await stage.user();
  const before = await user.call('queue.get', { sub_key, msg_id: ids[0]! });
  const text = `{"sub_key":"${sub_key}","msg_id":"${ids[0]}","data":{"n":12345678901234567890},"mime_type":"text/x","correl_id":"c"}`;
  const edited = await user.callText('queue.update', text);
  assert.is(edited.version, before.version + 1);
  assert.equal([edited.mime_type, edited.correl_id, edited.size], ['text/x', 'c', 26]);
  assert.is(edited.expiration_time_iso, before.expiration_time_iso);
  await other.subscribe('/q/edit/**');
  await user.call('resume', { sub_key });
  const { messages } = await user.call('pull', { sub_key });
  assert.equal(
    messages.map(({ correl_id }) => correl_id),
    ['c', undefined],
  );
  assert.equal([messages[0]!.msg_id, messages[0]!.recv_time_iso], [ids[0], before.recv_time_iso]);
});

test('an edit in one queue leaves the message of another as it was', async () => {
  const user = await stage.user();
  const keys = [
    await user.subscribe('/q/both', { delivery_method: 'pull' }),
    await user.subscribe('/q/both', { delivery_method: 'pull' }),
  ] as const;
  const msg_id = await user.publish('/q/both', 'original');
  await user.call('queue.update', { sub_key: keys[0], msg_id, data: 'edited' });
  assert.equal(await pulled(user, keys[0], 1), ['edited']);
  assert.equal(await pulled(user, keys[1], 1), ['original']);
});

test('an edited priority moves the message in its queue, up and down, also in what is browsed', async () => {
  const { user, sub_key, ids } = await queueOf('move', ['a', 5], ['b', 5], ['c', 9], ['d', 1]);
  await user.call('queue.update', { sub_key, msg_id: ids[3]!, priority: 9 });
  await user.call('queue.update', { sub_key, msg_id: ids[2]!, priority: 1 });
  await user.call('queue.update', { sub_key, msg_id: ids[1]!, priority: 6 });
  const { messages, depth } = await user.call('queue.browse', { sub_key });
  assert.equal([dataOf(messages), depth], [['d', 'b', 'a', 'c'], 4]);
  assert.equal(await pulled(user, sub_key, 4), ['d', 'b', 'a', 'c']);
});

test('an edit with an old version is a conflict, and so is one of a settled message', async () => {
  const { user, sub_key, ids } = await queueOf('version', [1]);
  const msg_id = ids[0]!;
  const { version } = await user.call('queue.get', { sub_key, msg_id });
  await user.call('queue.update', { sub_key, msg_id, version, data: 2 });
  const { data } = await refused(user.call('queue.update', { sub_key, msg_id, version, data: 3 }), 'conflict');
  assert.type(data.reason, 'string');
  assert.equal(await pulled(user, sub_key, 1), [2]);
  await user.call('ack', { sub_key, msg_id_list: [msg_id] });
  await refused(user.call('queue.update', { sub_key, msg_id, data: 4 }), 'conflict');
});

test('an edited expiration counts from the reception (4)', async () => {
  const { user, sub_key, ids } = await queueOf('expiration', [1]);
  const edited = await user.call('queue.update', { sub_key, msg_id: ids[0]!, expiration: 7_200 });
  assert.is(Date.parse(edited.expiration_time_iso) - Date.parse(edited.recv_time_iso), 7_200_000);
  assert.is(edited.expiration, 7_200);
});

test('edits are kept through a restart', async () => {
  const credentials = await stage.endpoint();
  const user = await stage.connect(credentials);
  const sub_key = await user.subscribe('/q/kept', { delivery_method: 'pull' });
  const ids = [await user.publish('/q/kept', 1), await user.publish('/q/kept', 2), await user.publish('/q/kept', 3)];
  await user.call('queue.update', { sub_key, msg_id: ids[1]!, data: 'edited', priority: 1 });
  await user.call('queue.delete', { sub_key, msg_id: ids[0]! });
  await stage.restart();
  const back = await stage.connect(credentials);
  assert.equal(await pulled(back, sub_key, 2), [3, 'edited']);
});

test('on attach the first message is the highest of all, whether it was edited or not (3)', async () => {
  const credentials = await stage.endpoint();
  const keys: string[] = [];
  const owner = await stage.connect(credentials);
  for (let i = 0; i < 20; i += 1) {
    const topic = `/q/first/${i}`;
    const sub_key = await owner.subscribe(topic, { delivery_method: 'pull', name: topic });
    const ids: string[] = [];
    for (const data of ['a', 'b', 'c']) ids.push(await owner.publish(topic, data));
    await owner.call('queue.update', { sub_key, msg_id: ids[i % 3]!, priority: i % 2 === 0 ? 9 : 1, data: 'edited' });
    keys.push(sub_key);
  }
  for (const isRestarted of [false, true]) {
    if (isRestarted) await stage.restart();
    const client = await stage.connect(credentials);
    for (const [i] of keys.entries()) {
      await client.subscribe(`/q/first/${i}`, { name: `/q/first/${i}`, delivery_method: 'notify' });
      const data = dataOf(messagesOf(await client.hold(3)));
      assert.is(data.indexOf('edited'), i % 2 === 0 ? 0 : 2, `${i}: ${data}`);
    }
    await client.cut();
  }
});

test('a message that was edited and then settled does not come back (2)', async () => {
  const credentials = await stage.endpoint();
  const user = await stage.connect(credentials);
  const sub_key = await user.subscribe('/q/settled', { delivery_method: 'pull' });
  const [first, second] = [await user.publish('/q/settled', 1), await user.publish('/q/settled', 2)];
  await user.call('queue.update', { sub_key, msg_id: second, priority: 9 });
  assert.is((await user.call('pull', { sub_key, max_messages: 1 })).messages[0]!.msg_id, second);
  await user.call('ack', { sub_key, msg_id_list: [second] });
  await stage.restart();
  const back = await stage.connect(credentials);
  const { messages } = await back.call('pull', { sub_key });
  assert.equal(
    messages.map(({ msg_id }) => msg_id),
    [first],
  );
});

test('a deleted message leaves that queue only', async () => {
  const user = await stage.user();
  const keys = [
    await user.subscribe('/q/deleted', { delivery_method: 'pull' }),
    await user.subscribe('/q/deleted', { delivery_method: 'pull' }),
  ] as const;
  const ids = [await user.publish('/q/deleted', 1), await user.publish('/q/deleted', 2)];
  assert.equal(await user.call('queue.delete', { sub_key: keys[0], msg_id: ids[0]! }), {});
  assert.equal(await pulled(user, keys[0], 1), [2]);
  assert.equal(await pulled(user, keys[1], 2), [1, 2]);
});

test('a cleared queue is empty, the subscription goes on, and the socket that has it is told', async () => {
  const credentials = await stage.endpoint();
  const [user, other] = [await stage.connect(credentials), await stage.connect(credentials)];
  const sub_key = await user.subscribe('/q/clear', { max_in_flight: 1 });
  for (let i = 0; i < 5; i += 1) await user.publish('/q/clear', i);
  await user.hold(1);
  assert.equal(await other.call('queue.clear', { sub_key }), {});
  assert.equal(await user.dropped.next(), { sub_key, count: 5, reason: 'cleared' });
  await user.publish('/q/clear', 'after');
  assert.equal(dataOf(await user.take(1)), ['after']);
});

test('queues are read by a monitor, mended by an admin, and neither by a stranger', async () => {
  const { sub_key, ids } = await queueOf('roles', [1]);
  const msg_id = ids[0]!;
  const stranger = await stage.user();
  const monitor = await stage.connect(await stage.endpoint([], { role: 'monitor' }));
  for (const call of [
    stranger.call('queue.browse', { sub_key }),
    stranger.call('queue.get', { sub_key, msg_id }),
    stranger.call('queue.update', { sub_key, msg_id, data: 2 }),
    monitor.call('queue.update', { sub_key, msg_id, data: 2 }),
    monitor.call('queue.delete', { sub_key, msg_id }),
    monitor.call('queue.clear', { sub_key }),
  ]) {
    await refused(call, 'forbidden');
  }
  assert.is((await monitor.call('queue.browse', { sub_key })).depth, 1);
  assert.is((await monitor.call('queue.get', { sub_key, msg_id })).data, 1);
  assert.is((await stage.admin.call('queue.update', { sub_key, msg_id, data: 2 })).data, 2);
  await stage.admin.call('queue.delete', { sub_key, msg_id });
  await stage.admin.call('queue.clear', { sub_key });
});

test('a queue or a message that does not exist is not found', async () => {
  const { user, sub_key } = await queueOf('none');
  await refused(user.call('queue.browse', { sub_key: 'zpsknone' }), 'not_found');
  const before = await user.publish('/q/other', 'of another topic');
  for (const msg_id of ['zpsmnone', before]) {
    await refused(user.call('queue.get', { sub_key, msg_id }), 'not_found');
    await refused(user.call('queue.delete', { sub_key, msg_id }), 'not_found');
    await refused(user.call('queue.update', { sub_key, msg_id, data: 1 }), 'not_found');
  }
});

test.run();
