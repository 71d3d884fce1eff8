import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { dataOf, messagesOf, refused, Stage } from './stage.js';

const test = suite('e2e: beginning in the past, and going back');

let stage: Stage;
test.before(async () => {
  stage = await Stage.set();
});
test.after(() => stage.strike());

const keep = (topic_name: string) => stage.admin.call('topic.create', { topic_name, limit_retention: 3_600 });

test('a new subscription begins with what the log still has, although somebody has settled it, also after a restart', async () => {
  await keep('/early');
  const credentials = await stage.endpoint();
  const user = await stage.connect(credentials);
  await user.subscribe('/early', { name: 'first' });
  for (const data of [1, 2, 3]) await user.publish('/early', data);
  await user.take(3);
  await stage.restart();
  const stranger = await stage.user();
  assert.is((await stranger.call('subscribe', { topic_name: '/early', from: 'earliest' })).queue_depth, 0);
  const back = await stage.connect(credentials);
  const late = await back.call('subscribe', { topic_name: '/early', name: 'late', from: 'earliest' });
  assert.equal([late.queue_depth, late.is_new], [3, true]);
  assert.equal(dataOf(await back.take(3)), [1, 2, 3]);
  const again = await back.call('subscribe', { topic_name: '/early', name: 'late', from: 'earliest' });
  assert.equal([again.queue_depth, again.is_new], [0, false]);
  const error = await refused(back.call('subscribe', { topic_name: '/x', name: 'late', from: 'earliest' }), 'conflict');
  assert.match(error.message, 'queue.rewind');
});

test('it begins with the message of a time, to the microsecond; administrators make such ones for others', async () => {
  await keep('/time');
  const { username, ...rest } = await stage.endpoint();
  const user = await stage.connect({ username, ...rest });
  const all = await user.subscribe('/time');
  for (const data of [1, 2, 3]) await user.publish('/time', data);
  const [, second] = messagesOf(await user.hold(3));
  const from = second!.recv_time_iso;
  const later = await user.call('subscribe', { topic_name: '/time', from, delivery_method: 'pull' });
  assert.equal(dataOf((await user.call('pull', { sub_key: later.sub_key, max_messages: 9 })).messages), [2, 3]);
  const made = await stage.admin.call('subscription.create', { username, topic_name: '/time', from: 'earliest' });
  assert.is(made.queue_depth, 3);
  assert.equal(await user.call('queue.rewind', { sub_key: all, to: from, dry_run: true }), { message_count: 0 });
  for (const bad of ['yesterday', '2026-13-01T00:00:00Z', 'EARLIEST']) {
    const error = await refused(
      user.call('subscribe', { topic_name: '/time', from: bad as 'latest' }),
      'invalid_params',
    );
    assert.is(error.data.path, 'from');
  }
});

test('a queue goes back to a message, a time or its beginning, first for show, and holds it after a restart (1)', async () => {
  await keep('/back');
  const credentials = await stage.endpoint();
  const user = await stage.connect(credentials);
  const sub_key = await user.subscribe('/back', { name: 'worker' });
  const ids: string[] = [];
  for (const data of [1, 2, 3, 4]) ids.push(await user.publish('/back', data));
  await user.take(4);
  const rewind = (to: string, dry_run?: boolean) => stage.admin.call('queue.rewind', { sub_key, to, dry_run });
  assert.equal(await rewind('earliest', true), { message_count: 4 });
  assert.equal(await rewind(ids[2]!), { message_count: 2 });
  const again = messagesOf(await user.hold(2));
  assert.equal(
    again.map(({ data, delivery_count }) => [data, delivery_count]),
    [
      [3, 2],
      [4, 2],
    ],
  );
  assert.equal(await rewind(again[0]!.recv_time_iso), { message_count: 0 });
  assert.equal(await rewind('earliest'), { message_count: 2 });
  await user.cut();
  await stage.restart();
  const back = await stage.connect(credentials);
  assert.is((await back.call('resume', { sub_key })).queue_depth, 4);
  assert.equal(dataOf(await back.take(4)), [1, 2, 3, 4]);
});

test('only the owner and administrators rewind; a monitor may try it out', async () => {
  const user = await stage.user();
  const sub_key = await user.subscribe('/whose', { delivery_method: 'pull' });
  const monitor = await stage.connect(await stage.endpoint([], { role: 'monitor' }));
  await refused((await stage.user()).call('queue.rewind', { sub_key, to: 'earliest' }), 'forbidden');
  await refused(monitor.call('queue.rewind', { sub_key, to: 'earliest' }), 'forbidden');
  assert.equal(await monitor.call('queue.rewind', { sub_key, to: 'earliest', dry_run: true }), { message_count: 0 });
  await refused(user.call('queue.rewind', { sub_key, to: 'zpsmnone' }), 'not_found');
});

test.run();
