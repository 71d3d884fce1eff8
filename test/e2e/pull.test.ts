import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { dataOf, refused, Stage } from './stage.js';

const test = suite('e2e: pull');

let stage: Stage;
test.before(async () => {
  stage = await Stage.set();
});
test.after(() => stage.strike());

test('a worker pulls in the order of delivery, and what it holds is not given twice', async () => {
  const user = await stage.user();
  const sub_key = await user.subscribe('/work', { delivery_method: 'pull' });
  for (const [data, priority] of [
    ['a', 1],
    ['b', 5],
    ['c', 9],
  ] as const)
    await user.publish('/work', data, { priority });
  assert.equal(dataOf((await user.call('pull', { sub_key, max_messages: 2 })).messages), ['c', 'b']);
  assert.equal(dataOf((await user.call('pull', { sub_key })).messages), ['a']);
  assert.equal((await user.call('pull', { sub_key })).messages, []);
  assert.is(user.deliveries.length, 0);
});

test('max_messages is 50 unless it is given', async () => {
  const user = await stage.user();
  const sub_key = await user.subscribe('/fifty', { delivery_method: 'pull' });
  await Promise.all(Array.from({ length: 60 }, (_, i) => user.publish('/fifty', i)));
  assert.is((await user.call('pull', { sub_key })).messages.length, 50);
});

test('with wait the call stays until the first message comes', async () => {
  const user = await stage.user();
  const sub_key = await user.subscribe('/patient', { delivery_method: 'pull' });
  const pulled = user.call('pull', { sub_key, wait: 50 });
  await user.publish('/patient', 'here it is');
  assert.equal(dataOf((await pulled).messages), ['here it is']);
});

test('with wait and no message the answer is an empty list once the time is over', async () => {
  const user = await stage.user();
  const sub_key = await user.subscribe('/nothing', { delivery_method: 'pull' });
  assert.equal(await user.call('pull', { sub_key, wait: 0.02 }), { messages: [] });
});

test('two workers that wait share what comes: each message goes to one of them', async () => {
  const credentials = await stage.endpoint();
  const workers = [await stage.connect(credentials), await stage.connect(credentials)];
  const sub_key = await workers[0]!.subscribe('/shared', { delivery_method: 'pull' });
  const pulls = workers.map(worker => worker.call('pull', { sub_key, max_messages: 1, wait: 50 }));
  await stage.admin.publish('/shared', 1);
  await stage.admin.publish('/shared', 2);
  const pulled = (await Promise.all(pulls)).flatMap(({ messages }) => dataOf(messages));
  assert.equal(pulled.toSorted(), [1, 2]);
});

test('what is not settled within ack_wait comes again, with a higher count and no failed attempt, and a late ack is taken', async () => {
  const user = await stage.user();
  const sub_key = await user.subscribe('/ack-wait', { delivery_method: 'pull', ack_wait: 0.05 });
  const msg_id = await user.publish('/ack-wait', 1);
  await user.call('pull', { sub_key });
  const [again] = (await user.call('pull', { sub_key, wait: 50 })).messages;
  assert.equal([again!.msg_id, again!.delivery_count], [msg_id, 2]);
  assert.is((await user.call('queue.get', { sub_key, msg_id })).attempts, 0);
  const third = await user.call('pull', { sub_key, wait: 50 });
  assert.is(third.messages[0]!.delivery_count, 3);
  const stopped = await user.call('pull', { sub_key, wait: 0 });
  assert.equal(stopped.messages, []);
  await user.call('ack', { sub_key, msg_id_list: [msg_id] });
  assert.is((await user.call('queue.browse', { sub_key })).depth, 0);
  assert.equal((await user.call('pull', { sub_key, wait: 0.1 })).messages, []);
});

test('an ack that comes after the message went back to the queue, with nobody, still settles it', async () => {
  const user = await stage.user();
  const sub_key = await user.subscribe('/very-late', { delivery_method: 'pull', ack_wait: 0.01 });
  const [first, second] = [await user.publish('/very-late', 1), await user.publish('/very-late', 2)];
  await user.call('pull', { sub_key, max_messages: 1 });
  assert.is((await user.call('pull', { sub_key, max_messages: 2, wait: 50 })).messages.length > 0, true);
  await user.call('ack', { sub_key, msg_id_list: [first] });
  await refused(user.call('queue.get', { sub_key, msg_id: first }), 'not_found');
  assert.is((await user.call('queue.get', { sub_key, msg_id: second })).msg_id, second);
});

test('a nack of a pulled message is a failed attempt and comes after its delay', async () => {
  const user = await stage.user();
  const sub_key = await user.subscribe('/pulled-nack', { delivery_method: 'pull' });
  const msg_id = await user.publish('/pulled-nack', 1);
  await user.call('pull', { sub_key });
  await user.call('nack', { sub_key, msg_id_list: [msg_id], delay: 0.01 });
  assert.is((await user.call('queue.get', { sub_key, msg_id })).attempts, 1);
  assert.is((await user.call('pull', { sub_key, wait: 50 })).messages[0]!.delivery_count, 2);
});

test('pull does not attach: the queue outlives the socket and nobody is told', async () => {
  const credentials = await stage.endpoint();
  const [owner, worker] = [await stage.connect(credentials), await stage.connect(credentials)];
  const sub_key = await owner.subscribe('/unattached', { delivery_method: 'pull' });
  await worker.publish('/unattached', 1);
  assert.is((await worker.call('pull', { sub_key })).messages.length, 1);
  assert.is(owner.detached.length, 0);
});

test('the same queue may be pulled from, then notified, then pulled from again', async () => {
  const user = await stage.user();
  const sub_key = await user.subscribe('/switch', { name: 's', delivery_method: 'pull' });
  await user.publish('/switch', 1);
  assert.equal(dataOf((await user.call('pull', { sub_key })).messages), [1]);
  await user.subscribe('/switch', { name: 's', delivery_method: 'notify' });
  await user.publish('/switch', 2);
  assert.equal(dataOf(await user.take(1)), [2]);
  await refused(user.call('pull', { sub_key }), 'conflict');
  await user.subscribe('/switch', { name: 's', delivery_method: 'pull' });
  await user.publish('/switch', 3);
  assert.equal(dataOf((await user.call('pull', { sub_key })).messages), [3]);
});

test.run();
