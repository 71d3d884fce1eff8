import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { dataOf, refused, Stage } from './stage.js';

const test = suite('e2e: publish');

let stage: Stage;
test.before(async () => {
  stage = await Stage.set();
});
test.after(() => stage.strike());

let made = 0;
const ownId = () => `zpsm-own-${process.pid}-${++made}`;

test('a publisher that got no answer publishes again with its own msg_id, and nothing is published twice', async () => {
  const credentials = await stage.endpoint();
  const user = await stage.connect(credentials);
  const sub_key = await user.subscribe('/once', { delivery_method: 'pull' });
  const msg_id = ownId();
  const publish = { topic_name: '/once', data: 'the first', msg_id };
  assert.equal(await user.call('publish', publish), { msg_id });
  assert.equal(await user.call('publish', { ...publish, data: 'the second' }), { msg_id, duplicate: true });
  await stage.restart();
  const back = await stage.connect(credentials);
  assert.equal(await back.call('publish', publish), { msg_id, duplicate: true });
  const { messages } = await back.call('pull', { sub_key });
  assert.equal([dataOf(messages), messages[0]!.msg_id], [['the first'], msg_id]);
  await back.call('ack', { sub_key, msg_id_list: [msg_id] });
  assert.equal(await back.call('publish', publish), { msg_id, duplicate: true });
});

test('the same msg_id in one frame and in many at once is published once', async () => {
  const user = await stage.user();
  const sub_key = await user.subscribe('/at-once', { delivery_method: 'pull' });
  const msg_id = ownId();
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, data) => user.call('publish', { topic_name: '/at-once', data, msg_id })),
  );
  assert.is(answers.filter(({ duplicate }) => duplicate).length, 19);
  assert.equal(dataOf((await user.call('pull', { sub_key })).messages), [0]);
});

test('a msg_id that another endpoint used is a conflict, as is one that the broker gave out', async () => {
  const [one, two] = [await stage.user(), await stage.user()];
  const msg_id = ownId();
  await one.publish('/ids', 1, { msg_id });
  await refused(two.publish('/ids', 2, { msg_id }), 'conflict');
  const given = await one.publish('/ids', 3);
  await refused(one.publish('/ids', 4, { msg_id: given }), 'conflict');
  for (const wrong of ['own', '', 'zpsk123', 'zpsm"', `zpsm${'x'.repeat(200)}`]) {
    assert.is((await refused(one.publish('/ids', 5, { msg_id: wrong }), 'invalid_params')).data.path, 'msg_id');
  }
});

test('a message goes by its own id wherever one is named', async () => {
  const user = await stage.user();
  const sub_key = await user.subscribe('/named', { delivery_method: 'pull', name: 'named' });
  const ids = [ownId(), ownId(), ownId(), ownId()] as const;
  for (const msg_id of ids) await user.publish('/named', msg_id, { msg_id });
  assert.is((await user.call('queue.get', { sub_key, msg_id: ids[0] })).data, ids[0]);
  assert.is((await user.call('queue.update', { sub_key, msg_id: ids[0], data: 'edited' })).msg_id, ids[0]);
  await user.call('queue.delete', { sub_key, msg_id: ids[1] });
  await user.call('pull', { sub_key });
  await user.call('nack', { sub_key, msg_id_list: [ids[2]], delay: 0 });
  await user.call('ack', { sub_key, msg_id_list: [ids[0]] });
  const [again] = (await user.call('pull', { sub_key, wait: 60 })).messages;
  assert.equal([again!.msg_id, again!.delivery_count], [ids[2], 2]);
  assert.equal(
    (await user.call('queue.browse', { sub_key })).messages.map(({ msg_id }) => msg_id),
    [ids[2], ids[3]],
  );
});

test('a response nacks a message by its own id, also one that was delayed', async () => {
  const user = await stage.user();
  await user.subscribe('/named/delayed');
  const msg_id = ownId();
  await user.publish('/named/delayed', 1, { msg_id, delay: 0.01 });
  user.nack(await user.deliveries.next(), [{ msg_id, delay: 0 }]);
  assert.is((await user.take(1))[0]!.delivery_count, 2);
  const made = await user.publish('/named/delayed', 2, { delay: 0.01 });
  user.nack(await user.deliveries.next(), [{ msg_id: made, delay: 0 }]);
  assert.is((await user.take(1))[0]!.delivery_count, 2);
});

test('a delayed message comes when it is due, received then, and expires from then (4)', async () => {
  const user = await stage.user();
  await user.subscribe('/later');
  const { time_iso } = await user.call('ping', {});
  const msg_id = await user.publish('/later', 'delayed', { delay: 0.2, expiration: 60 });
  await user.publish('/later', 'at once');
  const [first, second] = await user.take(2);
  assert.equal(dataOf([first!, second!]), ['at once', 'delayed']);
  assert.is(second!.msg_id, msg_id);
  assert.ok(Date.parse(second!.recv_time_iso) - Date.parse(time_iso) >= 199);
  assert.is(Date.parse(second!.expiration_time_iso) - Date.parse(second!.recv_time_iso), 60_000);
  assert.ok(second!.pub_time_iso < second!.recv_time_iso);
});

test('a delayed message survives a restart, and a duplicate of it is recognized before it is due', async () => {
  const credentials = await stage.endpoint();
  const user = await stage.connect(credentials);
  const sub_key = await user.subscribe('/later/restart');
  const msg_id = ownId();
  await user.publish('/later/restart', 1, { delay: 0.3, msg_id });
  assert.is((await user.call('publish', { topic_name: '/later/restart', data: 1, delay: 5, msg_id })).duplicate, true);
  await stage.restart();
  const back = await stage.connect(credentials);
  await back.call('resume', { sub_key });
  assert.is((await back.take(1))[0]!.msg_id, msg_id);
});

test('deliver_to_sk reaches those subscriptions and no other, in the order of all (3)', async () => {
  const [one, two, three] = [await stage.user(), await stage.user(), await stage.user()];
  const keys = [await one.subscribe('/to'), await two.subscribe('/elsewhere'), await three.subscribe('/to')];
  await one.publish('/to', 'for two of them', { deliver_to_sk: [keys[0]!, keys[1]!] });
  await one.publish('/to', 'for all of the topic');
  assert.equal(dataOf(await one.take(2)), ['for two of them', 'for all of the topic']);
  const [addressed] = await two.take(1);
  assert.equal([addressed!.topic_name, addressed!.sub_key], ['/to', keys[1]]);
  assert.equal(dataOf(await three.take(1)), ['for all of the topic']);
});

test('deliver_to_sk waits for who is away, also through a restart', async () => {
  const credentials = await stage.endpoint();
  const user = await stage.connect(credentials);
  const sub_key = await user.subscribe('/own/topic');
  await user.close();
  await stage.admin.publish('/mail', 'letter', { deliver_to_sk: [sub_key], priority: 9 });
  await stage.admin.publish('/own/topic', 'plain');
  await stage.restart();
  const back = await stage.connect(credentials);
  assert.is((await back.call('resume', { sub_key })).queue_depth, 2);
  assert.equal(dataOf(await back.take(2)), ['letter', 'plain']);
});

test('deliver_to_sk needs keys that exist and that have the right', async () => {
  const user = await stage.user();
  const limited = await stage.user('sub=/limited');
  const sub_key = await limited.subscribe('/limited');
  await refused(user.publish('/to', 1, { deliver_to_sk: [sub_key] }), 'forbidden');
  await refused(user.publish('/to', 1, { deliver_to_sk: ['zpsknobody'] }), 'not_found');
  assert.match(await user.publish('/limited', 1, { deliver_to_sk: [sub_key] }), /^zpsm/);
});

test('what is addressed is edited, deleted and cleared like everything else of the queue', async () => {
  const user = await stage.user();
  const sub_key = await user.subscribe('/addressed/unused', { delivery_method: 'pull' });
  const deliver_to_sk = [sub_key];
  const ids: string[] = [];
  for (let i = 0; i < 3; i += 1) ids.push(await user.publish('/addressed', i, { deliver_to_sk }));
  await user.call('queue.update', { sub_key, msg_id: ids[2]!, priority: 9 });
  await user.call('queue.delete', { sub_key, msg_id: ids[0]! });
  assert.equal(dataOf((await user.call('queue.browse', { sub_key })).messages), [2, 1]);
  await user.call('queue.clear', { sub_key });
  await user.publish('/addressed', 'after', { deliver_to_sk });
  assert.equal(dataOf((await user.call('pull', { sub_key, wait: 60 })).messages), ['after']);
});

test('a request carries reply_to_sk, and its answer finds the way back with in_reply_to', async () => {
  const [asking, answering] = [await stage.user(), await stage.user()];
  const reply_to = await asking.subscribe('/answers/unused');
  await answering.subscribe('/questions');
  const msg_id = await asking.publish('/questions', { sku: 7 }, { reply_to_sk: [reply_to] });
  const [question] = await answering.take(1);
  assert.equal(question!.reply_to_sk, [reply_to]);
  const more = { in_reply_to: question!.msg_id, deliver_to_sk: question!.reply_to_sk };
  await answering.publish('/answers', { price: 3 }, more);
  const [answer] = await asking.take(1);
  assert.equal([answer!.data, answer!.in_reply_to], [{ price: 3 }, msg_id]);
});

test('what has expired is never delivered, what has not is (4)', async () => {
  const credentials = await stage.endpoint();
  const user = await stage.connect(credentials);
  const sub_key = await user.subscribe('/expiry');
  await user.close();
  const short = await stage.admin.publish('/expiry', 'short', { expiration: 1, priority: 9 });
  await stage.admin.publish('/expiry', 'long', { expiration: 2_000 });
  // The clock of this test is a message that is due when the short one has expired.
  await stage.admin.subscribe('/clock');
  await stage.admin.publish('/clock', 'tick', { delay: 1.1 });
  await stage.admin.take(1);
  const back = await stage.connect(credentials);
  assert.is((await back.call('resume', { sub_key })).queue_depth, 1);
  assert.equal(dataOf(await back.take(1)), ['long']);
  await refused(back.call('queue.get', { sub_key, msg_id: short }), 'not_found');
});

for (const [params, path] of [
  [{ data: 1 }, 'topic_name'],
  [{ topic_name: '/x' }, 'data'],
  [{ topic_name: '/x', data: 1, priority: 0 }, 'priority'],
  [{ topic_name: '/x', data: 1, priority: 10 }, 'priority'],
  [{ topic_name: '/x', data: 1, priority: 5.5 }, 'priority'],
  [{ topic_name: '/x', data: 1, priority: '5' }, 'priority'],
  [{ topic_name: '/x', data: 1, expiration: 0 }, 'expiration'],
  [{ topic_name: '/x', data: 1, expiration: 1.5 }, 'expiration'],
  [{ topic_name: '/x', data: 1, delay: -1 }, 'delay'],
  [{ topic_name: '/x', data: 1, correl_id: 1 }, 'correl_id'],
  [{ topic_name: '/x', data: 1, ext_pub_time_iso: 'yesterday' }, 'ext_pub_time_iso'],
  [{ topic_name: '/x', data: 1, reply_to_sk: 'zpsk1' }, 'reply_to_sk'],
  [{ topic_name: '/x', data: 1, deliver_to_sk: [] }, 'deliver_to_sk'],
  [{ topic_name: '/x', data: 1, priorty: 9 }, 'priorty'],
] as const) {
  test(`publish refuses ${JSON.stringify(params)} and names ${path}`, async () => {
    const error = await refused(stage.admin.callText('publish', JSON.stringify(params)), 'invalid_params');
    assert.equal([error.code, error.data.path, error.data.outcome], [-32_602, path, 'definite']);
    assert.type(error.data.reason, 'string');
  });
}

test.run();
