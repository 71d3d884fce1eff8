import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { dataOf, messagesOf, refused, Stage } from './stage.js';

const test = suite('e2e: messages that are held, released and moved to the top');

let stage: Stage;
test.before(async () => {
  stage = await Stage.set();
});
test.after(() => stage.strike());

test('an operator holds a message, mends it, and releases it; a restart between changes nothing (1)', async () => {
  const credentials = await stage.endpoint();
  const user = await stage.connect(credentials);
  const sub_key = await user.subscribe('/held', { name: 'worker' });
  await user.cut();
  const other = await stage.connect(credentials);
  const msg_id = await other.publish('/held', 'wrong');
  await other.publish('/held', 'fine');
  const held = await stage.admin.call('queue.hold', { sub_key, msg_id });
  assert.equal([held.state, held.version, held.data], ['held', 1, 'wrong']);
  await stage.restart();
  const back = await stage.connect(credentials);
  await back.subscribe('/held', { name: 'worker' });
  assert.equal(dataOf(await back.take(1)), ['fine']);
  const edited = await stage.admin.call('queue.update', { sub_key, msg_id, data: 'right' });
  assert.is(edited.state, 'held');
  assert.equal((await back.call('resume', { sub_key })).queue_depth, 1);
  await stage.admin.call('queue.release', { sub_key, msg_id });
  assert.equal(dataOf(await back.take(1)), ['right']);
});

test('a message moved to the top is the next that comes, also after a restart (3)', async () => {
  const credentials = await stage.endpoint();
  const user = await stage.connect(credentials);
  const sub_key = await user.subscribe('/top', { name: 'worker', delivery_method: 'pull' });
  const ids: string[] = [];
  for (const [data, priority] of [
    ['a', 5],
    ['b', 9],
    ['c', 1],
  ] as const)
    ids.push(await user.publish('/top', data, { priority }));
  const moved = await user.call('queue.move_to_top', { sub_key, msg_id: ids[2]! });
  assert.equal([moved.priority, moved.state, moved.version], [9, 'ready', 2]);
  await stage.restart();
  const back = await stage.connect(credentials);
  assert.equal(dataOf((await back.call('queue.browse', { sub_key })).messages), ['c', 'b', 'a']);
  await back.subscribe('/top', { name: 'worker', delivery_method: 'notify' });
  assert.equal(dataOf(messagesOf(await back.hold(3))), ['c', 'b', 'a']);
});

test('strangers and monitors hold, release and move nothing', async () => {
  const user = await stage.user();
  const sub_key = await user.subscribe('/whose', { delivery_method: 'pull' });
  const msg_id = await user.publish('/whose', 1);
  const monitor = await stage.connect(await stage.endpoint([], { role: 'monitor' }));
  for (const caller of [await stage.user(), monitor]) {
    await refused(caller.call('queue.hold', { sub_key, msg_id }), 'forbidden');
    await refused(caller.call('queue.release', { sub_key, msg_id }), 'forbidden');
    await refused(caller.call('queue.move_to_top', { sub_key, msg_id }), 'forbidden');
  }
  await refused(user.call('queue.hold', { sub_key: 'zpsknone', msg_id }), 'not_found');
});

test.run();
