import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { dataOf, refused, Stage } from './stage.js';

const test = suite('e2e: the end of subscriptions');

let stage: Stage;
test.before(async () => {
  stage = await Stage.set();
});
test.after(() => stage.strike());

test('one topic goes with its backlog, the others stay', async () => {
  const user = await stage.user();
  const { sub_key } = await user.call('subscribe', {
    topic_name_list: ['/one', '/two', '/deep/**'],
    delivery_method: 'pull',
  });
  for (const topic of ['/one', '/two', '/deep/er']) await user.publish(topic, topic);
  assert.equal(await user.call('unsubscribe', { sub_key, topic_name: '/one' }), {});
  await user.call('unsubscribe', { sub_key, topic_name: '/deep/**' });
  await user.publish('/one', 'not wanted any more');
  const { messages, depth } = await user.call('queue.browse', { sub_key });
  assert.equal([dataOf(messages), depth], [['/two'], 1]);
});

test('what is in flight of a topic that is left is not sent again, and its late response changes nothing', async () => {
  const user = await stage.user();
  const { sub_key } = await user.call('subscribe', { topic_name_list: ['/left', '/stays'], wait_non_sock_err: 0 });
  await user.publish('/left', 'left');
  await user.publish('/stays', 'stays');
  const deliveries = await user.hold(2);
  await user.call('unsubscribe', { sub_key, topic_name: '/left' });
  for (const delivery of deliveries) user.fail(delivery, 'again');
  assert.equal(dataOf(await user.take(1)), ['stays']);
  await user.call('ping', {});
  const { depth } = await user.call('queue.browse', { sub_key });
  assert.equal([depth, (await user.call('resume', { sub_key })).topic_name_list], [0, ['/stays']]);
});

test('a topic that was left and is subscribed again starts anew', async () => {
  const user = await stage.user();
  const { sub_key } = await user.call('subscribe', { topic_name_list: ['/back', '/other'], name: 'back' });
  await user.call('unsubscribe', { sub_key, topic_name: '/back' });
  await user.publish('/back', 'while it was not subscribed');
  await user.subscribe('/back', { name: 'back' });
  await user.publish('/back', 'again');
  assert.equal(dataOf(await user.take(1)), ['again']);
});

test('a name that only a pattern covers is a conflict, one that nothing covers is not found', async () => {
  const user = await stage.user();
  const sub_key = await user.subscribe('/covered/**');
  await refused(user.call('unsubscribe', { sub_key, topic_name: '/covered/one' }), 'conflict');
  await refused(user.call('unsubscribe', { sub_key, topic_name: '/elsewhere' }), 'not_found');
});

test('without a topic the queue is deleted, and the socket that received it is told', async () => {
  const credentials = await stage.endpoint();
  const [receiver, other] = [await stage.connect(credentials), await stage.connect(credentials)];
  const sub_key = await receiver.subscribe('/gone');
  assert.equal(await other.call('unsubscribe', { sub_key }), {});
  assert.equal(await receiver.detached.next(), { sub_key, reason: 'deleted' });
  for (const call of [
    receiver.call('resume', { sub_key }),
    receiver.call('pull', { sub_key }),
    receiver.call('unsubscribe', { sub_key }),
    receiver.call('ack', { sub_key, msg_id_list: ['zpsmnone'] }),
  ]) {
    await refused(call, 'not_found');
  }
});

test('who deletes its own queue is not told what it knows', async () => {
  const user = await stage.user();
  const sub_key = await user.subscribe('/own');
  await user.call('unsubscribe', { sub_key });
  assert.is(user.detached.length, 0);
});

test('a queue is deleted and resumed only by the endpoint whose it is', async () => {
  const [owner, stranger] = [await stage.user(), await stage.user()];
  const sub_key = await owner.subscribe('/mine');
  await refused(stranger.call('unsubscribe', { sub_key }), 'forbidden');
  await refused(stranger.call('unsubscribe', { sub_key, topic_name: '/mine' }), 'forbidden');
  await refused(stranger.call('resume', { sub_key }), 'forbidden');
  await refused(stranger.call('pull', { sub_key }), 'forbidden');
  await refused(stranger.call('ack', { sub_key, msg_id_list: ['zpsmnone'] }), 'forbidden');
  await refused(stranger.call('nack', { sub_key, msg_id_list: ['zpsmnone'] }), 'forbidden');
});

test('a subscription with unsub_on_close goes with its socket', async () => {
  const credentials = await stage.endpoint();
  const before = await stage.connect(credentials);
  const passing = await before.subscribe('/passing', { unsub_on_close: true, name: 'tab' });
  await before.close();
  const after = await stage.connect(credentials);
  const again = await after.call('subscribe', { topic_name: '/passing', name: 'tab' });
  assert.is(again.is_new, true);
  assert.is.not(again.sub_key, passing);
});

test('unsub_on_close holds for the socket that asked for it: who takes the subscription over keeps it', async () => {
  const credentials = await stage.endpoint();
  const [before, after] = [await stage.connect(credentials), await stage.connect(credentials)];
  const sub_key = await before.subscribe('/kept', { unsub_on_close: true });
  await after.call('resume', { sub_key });
  await before.close();
  await after.publish('/kept', 'still there');
  assert.equal(dataOf(await after.take(1)), ['still there']);
  await after.close();
  const third = await stage.connect(credentials);
  assert.is((await third.call('resume', { sub_key })).sub_key, sub_key);
});

test.run();
