import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { dataOf, messagesOf, Stage } from './stage.js';

const test = suite('e2e: away and back');

let stage: Stage;
test.before(async () => {
  stage = await Stage.set();
});
test.after(() => stage.strike());

test('a subscriber gets what is published, acknowledges it, and has nothing left', async () => {
  const user = await stage.user();
  const sub_key = await user.subscribe('/first');
  const ids = [await user.publish('/first', 'one'), await user.publish('/first', { two: 2 })];
  const messages = await user.take(2);
  assert.equal(dataOf(messages), ['one', { two: 2 }]);
  assert.equal(
    messages.map(message => message.msg_id),
    ids,
  );
  assert.ok(messages.every(message => message.sub_key === sub_key && message.delivery_count === 1));
  assert.is((await user.call('queue.browse', { sub_key })).depth, 0);
});

test('what is published before the subscription is not for it', async () => {
  const user = await stage.user();
  await user.publish('/before', 'too early');
  await user.subscribe('/before');
  await user.publish('/before', 'in time');
  assert.equal(dataOf(await user.take(1)), ['in time']);
});

test('a subscriber that was away resumes with its sub_key and drains the highest priority first (3)', async () => {
  const credentials = await stage.endpoint();
  const before = await stage.connect(credentials);
  const sub_key = await before.subscribe('/away/key');
  await before.close();
  for (const [data, priority] of [
    ['a', 1],
    ['b', 9],
    ['c', 5],
    ['d', 9],
    ['e', 1],
  ] as const) {
    await stage.admin.publish('/away/key', data, { priority });
  }
  const after = await stage.connect(credentials);
  const resumed = await after.call('resume', { sub_key });
  assert.equal(resumed, { sub_key, queue_depth: 5, topic_name_list: ['/away/key'] });
  const { messages } = await after.deliveries.next();
  assert.equal(dataOf(messages), ['b', 'd', 'c', 'a', 'e']);
});

test('a device that lost its key comes back by the name of its subscription', async () => {
  const credentials = await stage.endpoint();
  const before = await stage.connect(credentials);
  const first = await before.call('subscribe', { topic_name: '/away/name', name: 'crm' });
  assert.is(first.is_new, true);
  await before.cut();
  await stage.admin.publish('/away/name', 'kept');
  const after = await stage.connect(credentials);
  const second = await after.call('subscribe', { topic_name_list: ['/away/name', '/away/new'], name: 'crm' });
  assert.equal(second, { sub_key: first.sub_key, queue_depth: 1, is_new: false });
  assert.equal(dataOf(await after.take(1)), ['kept']);
  await stage.admin.publish('/away/new', 'of the topic that was added');
  assert.equal(dataOf(await after.take(1)), ['of the topic that was added']);
});

test('the same name of another endpoint is another subscription', async () => {
  const [one, two] = [await stage.user(), await stage.user()];
  const keys = [await one.subscribe('/names', { name: 'same' }), await two.subscribe('/names', { name: 'same' })];
  assert.is.not(keys[0], keys[1]);
});

test('two sockets that subscribe under one new name at once get one subscription', async () => {
  const credentials = await stage.endpoint();
  const sockets = await Promise.all([1, 2, 3, 4].map(() => stage.connect(credentials)));
  const answers = await Promise.all(
    sockets.map(socket => socket.call('subscribe', { topic_name: '/at-once', name: 'one' })),
  );
  assert.is(new Set(answers.map(({ sub_key }) => sub_key)).size, 1);
  assert.is(answers.filter(({ is_new }) => is_new).length, 1);
  await stage.admin.publish('/at-once', 'to one of them');
  const [message] = await Promise.race(sockets.map(socket => socket.take(1)));
  assert.is(message!.data, 'to one of them');
});

test('two subscriptions of one socket are two queues', async () => {
  const user = await stage.user();
  const keys = [await user.subscribe('/two'), await user.subscribe('/two', { max_in_flight: 1 })];
  for (const data of [1, 2]) await user.publish('/two', data);
  const held = await user.hold(3);
  const counts = keys.map(
    key => held.filter(({ sub_key }) => sub_key === key).flatMap(({ messages }) => messages).length,
  );
  assert.equal(counts, [2, 1]);
});

test('options that are named at a return are changed, the others stay, and a pull queue that is resumed is not pushed', async () => {
  const credentials = await stage.endpoint();
  const before = await stage.connect(credentials);
  const sub_key = await before.subscribe('/options', { name: 'o', max_in_flight: 2, delivery_method: 'pull' });
  await before.close();
  for (let i = 0; i < 5; i += 1) await stage.admin.publish('/options', i);
  const after = await stage.connect(credentials);
  await after.call('resume', { sub_key });
  assert.is((await after.call('pull', { sub_key })).messages.length, 2);
  assert.is(after.deliveries.length, 0);
  await after.subscribe('/options', { name: 'o', max_in_flight: 4 });
  assert.is((await after.call('pull', { sub_key, wait: 60 })).messages.length, 2);
  await after.subscribe('/options', { name: 'o', delivery_method: 'notify', max_in_flight: 5 });
  assert.equal(dataOf(await after.take(1)), [4]);
});

test('messages wait through a restart of the server, in their order, and what was acknowledged stays away (1, 2)', async () => {
  const credentials = await stage.endpoint();
  const before = await stage.connect(credentials);
  const sub_key = await before.subscribe('/restart', { name: 'device', max_in_flight: 2 });
  for (const data of ['settled 1', 'settled 2', 'open 3', 'open 4']) await before.publish('/restart', data);
  for (const delivery of await before.hold(2)) before.ack(delivery);
  assert.equal(dataOf(messagesOf(await before.hold(2))), ['open 3', 'open 4']);
  await before.cut();
  await stage.restart();
  await stage.admin.publish('/restart', 'urgent', { priority: 9 });
  const after = await stage.connect(credentials);
  const again = await after.call('subscribe', { topic_name: '/restart', name: 'device' });
  assert.equal(again, { sub_key, queue_depth: 3, is_new: false });
  const messages = await after.take(3);
  assert.equal(dataOf(messages), ['urgent', 'open 3', 'open 4']);
  assert.ok(messages.slice(1).every(message => message.delivery_count > 1));
});

test('what was not settled when the socket ended comes again with a higher count, as no failed attempt (5)', async () => {
  const credentials = await stage.endpoint();
  const before = await stage.connect(credentials);
  const sub_key = await before.subscribe('/cut', { delivery_max_retry: 1 });
  const msg_id = await before.publish('/cut', 'again');
  for (const count of [1, 2, 3]) {
    const socket = count === 1 ? before : await stage.connect(credentials);
    if (count > 1) await socket.call('resume', { sub_key });
    const [message] = (await socket.deliveries.next()).messages;
    assert.equal([message!.msg_id, message!.delivery_count], [msg_id, count]);
    assert.is((await socket.call('queue.get', { sub_key, msg_id })).attempts, 0);
    await socket.cut();
  }
});

test('subscribers that are away never hold publishers up', async () => {
  const user = await stage.user();
  const sub_key = await user.subscribe('/nobody', { delivery_method: 'pull' });
  const ids = await Promise.all(Array.from({ length: 500 }, (_, i) => user.publish('/nobody', i)));
  assert.is(new Set(ids).size, 500);
  assert.is((await user.call('queue.browse', { sub_key, max_messages: 1 })).depth, 500);
});

test.run();
