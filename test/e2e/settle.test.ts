import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { dataOf, messagesOf, refused, Stage } from './stage.js';

const test = suite('e2e: settling');

let stage: Stage;
test.before(async () => {
  stage = await Stage.set();
});
test.after(() => stage.strike());

test('a response that nacks some acknowledges the others, and what was nacked comes again with a higher count', async () => {
  const user = await stage.user();
  const sub_key = await user.subscribe('/partial', { delivery_method: 'pull', name: 'partial' });
  for (const data of ['a', 'b', 'c']) await user.publish('/partial', data);
  await user.subscribe('/partial', { delivery_method: 'notify', name: 'partial' });
  const [delivery] = await user.hold(3);
  const [, b] = delivery!.messages;
  user.nack(delivery!, [{ msg_id: b!.msg_id, delay: 0 }]);
  const [again] = await user.take(1);
  assert.equal([again!.msg_id, again!.data, again!.delivery_count], [b!.msg_id, 'b', 2]);
  assert.is((await user.call('queue.browse', { sub_key })).depth, 0);
});

test('an error nacks all, and its message is found in the queue', async () => {
  const user = await stage.user();
  const sub_key = await user.subscribe('/error', { wait_non_sock_err: 1_000 });
  const msg_id = await user.publish('/error', 1);
  user.fail(await user.deliveries.next(), 'the printer is out of paper');
  await user.call('ping', {});
  const found = await user.call('queue.get', { sub_key, msg_id });
  assert.equal([found.state, found.attempts, found.last_error], ['retry', 1, 'the printer is out of paper']);
});

for (const result of [null, 0, false, 'nack', [], { nack: 'all' }, { ack: [] }, { nack: [] }]) {
  test(`the result ${JSON.stringify(result)} acknowledges all`, async () => {
    const user = await stage.user();
    const sub_key = await user.subscribe('/any-result');
    const msg_id = await user.publish('/any-result', 1);
    user.respond((await user.deliveries.next()).id, result);
    await user.call('ping', {});
    await refused(user.call('queue.get', { sub_key, msg_id }), 'not_found');
  });
}

test('a nacked message does not hold up those behind it (3)', async () => {
  const user = await stage.user();
  await user.subscribe('/behind', { max_in_flight: 1 });
  const sent = await user.publish('/behind', 'first');
  user.nack(await user.deliveries.next(), [{ msg_id: sent, delay: 1_000 }]);
  await user.publish('/behind', 'second');
  assert.equal(dataOf(await user.take(1)), ['second']);
});

test('with delivery_err_should_block the messages behind a failed one wait for it (3)', async () => {
  const user = await stage.user();
  await user.subscribe('/block', { delivery_err_should_block: true, delivery_batch_size: 1, wait_non_sock_err: 0 });
  const first = await user.publish('/block', 'first');
  await user.publish('/block', 'second');
  for (const count of [1, 2, 3]) {
    const delivery = await user.deliveries.next();
    const [message] = delivery.messages;
    assert.equal([message!.msg_id, message!.delivery_count, delivery.messages.length], [first, count, 1]);
    assert.is(user.deliveries.length, 0);
    if (count < 3) user.fail(delivery, 'not yet');
    else user.ack(delivery);
  }
  assert.equal(dataOf(await user.take(1)), ['second']);
});

test('a schedule of waits is followed, and its last wait is for all further failures', async () => {
  const user = await stage.user();
  const sub_key = await user.subscribe('/schedule', { wait_non_sock_err: [0, 0.001, 1_000] });
  const msg_id = await user.publish('/schedule', 1);
  for (let attempt = 1; attempt <= 3; attempt += 1) user.fail(await user.deliveries.next(), `failure ${attempt}`);
  await user.call('ping', {});
  const found = await user.call('queue.get', { sub_key, msg_id });
  assert.equal([found.state, found.attempts, found.delivery_count], ['retry', 3, 3]);
});

test('a delay of a part of a millisecond is waited like any other, and the store takes it', async () => {
  const user = await stage.user();
  const sub_key = await user.subscribe('/fraction');
  const msg_id = await user.publish('/fraction', 1);
  await user.deliveries.next();
  await user.call('nack', { sub_key, msg_id_list: [msg_id], delay: 0.0004 });
  const [again] = await user.take(1);
  assert.equal([again!.msg_id, again!.delivery_count], [msg_id, 2]);
});

test('after delivery_max_retry failures a message is a dead letter with its reason, and a dead letter of that is none (9)', async () => {
  const undertaker = await stage.user('sub=/holdfast/dead-letter');
  await undertaker.subscribe('/holdfast/dead-letter', { delivery_max_retry: 1 });
  const user = await stage.user();
  const sub_key = await user.subscribe('/mortal', { delivery_max_retry: 2, wait_non_sock_err: 0, name: 'weak' });
  const msg_id = await user.publish('/mortal', { in: 'vain' }, { correl_id: 'c' });
  user.fail(await user.deliveries.next(), 'no');
  user.fail(await user.deliveries.next(), 'never');
  const delivery = await undertaker.deliveries.next();
  const [letter] = delivery.messages;
  assert.equal([letter!.data, letter!.correl_id, letter!.topic_name], [{ in: 'vain' }, 'c', '/holdfast/dead-letter']);
  const { reason, ...told } = letter!.dead_letter!;
  assert.type(reason, 'string');
  assert.equal(told, { attempts: 2, last_error: 'never', sub_name: 'weak', topic_name: '/mortal' });
  await refused(user.call('queue.get', { sub_key, msg_id }), 'not_found');
  undertaker.fail(delivery, 'not even this');
  // It leaves its queue once it has been read again: the runner's time limit ends a wait in vain.
  while ((await undertaker.call('queue.browse', { sub_key: delivery.sub_key })).depth > 0);
  assert.is(undertaker.deliveries.length, 0);
});

test('acks by name come in any order, twice, and for messages that never were (2)', async () => {
  const user = await stage.user();
  const sub_key = await user.subscribe('/by-name');
  const ids: string[] = [];
  for (let i = 0; i < 10; i += 1) ids.push(await user.publish('/by-name', i));
  await user.hold(10);
  for (const index of [9, 0, 5, 5, 3, 1, 8]) {
    assert.equal(await user.call('ack', { sub_key, msg_id_list: [ids[index]!, 'zpsmnever'] }), {});
  }
  const { messages, depth } = await user.call('queue.browse', { sub_key });
  assert.equal([dataOf(messages), depth], [[2, 4, 6, 7], 4]);
});

test('what was acknowledged by name is not sent again after a restart, the rest is (1, 2)', async () => {
  const credentials = await stage.endpoint();
  const user = await stage.connect(credentials);
  const sub_key = await user.subscribe('/ack/restart');
  const ids: string[] = [];
  for (let i = 0; i < 6; i += 1) ids.push(await user.publish('/ack/restart', i));
  await user.hold(6);
  await user.call('ack', { sub_key, msg_id_list: [ids[1]!, ids[4]!] });
  await user.call('nack', { sub_key, msg_id_list: [ids[0]!], delay: 0.001 });
  await user.hold(1);
  await stage.restart();
  const back = await stage.connect(credentials);
  assert.is((await back.call('resume', { sub_key })).queue_depth, 4);
  const messages = await back.take(4);
  assert.equal(new Set(dataOf(messages)), new Set([0, 2, 3, 5]));
  assert.ok(messages.every(({ delivery_count }) => delivery_count > 1));
  assert.ok(messages.find(({ data }) => data === 0)!.delivery_count > 2);
});

test('a nack by name with a delay comes again when its time has come, with no further call', async () => {
  const user = await stage.user();
  const sub_key = await user.subscribe('/nack/name');
  const msg_id = await user.publish('/nack/name', 1);
  await user.hold(1);
  const before = performance.now();
  await user.call('nack', { sub_key, msg_id_list: [msg_id], delay: 0.1 });
  const [again] = await user.take(1);
  assert.ok(performance.now() - before >= 100, 'not before its time');
  assert.equal([again!.msg_id, again!.delivery_count], [msg_id, 2]);
});

test('a second response and one that matches nothing are ignored and counted', async () => {
  const user = await stage.user();
  const sub_key = await user.subscribe('/stray', { wait_non_sock_err: 0 });
  const msg_id = await user.publish('/stray', 1);
  const strays = async () => Number(/^holdfast_stray_responses_total (\d+)$/m.exec(await metrics())![1]);
  const before = await strays();
  const delivery = await user.deliveries.next();
  user.ack(delivery);
  user.fail(delivery, 'changed my mind');
  user.respond(123_456, {});
  user.send('{"jsonrpc":"2.0","id":"text","result":1}');
  await user.call('ping', {});
  assert.is(await strays(), before + 3);
  await refused(user.call('queue.get', { sub_key, msg_id }), 'not_found');
  assert.is(user.others.length, 0);
});

test('several batches are in flight at once and are settled in any order', async () => {
  const user = await stage.user();
  const sub_key = await user.subscribe('/many', { delivery_batch_size: 2 });
  for (let i = 0; i < 8; i += 1) await user.publish('/many', i);
  const deliveries = await user.hold(8);
  assert.equal(dataOf(messagesOf(deliveries)), [0, 1, 2, 3, 4, 5, 6, 7]);
  for (const delivery of deliveries.toReversed()) user.ack(delivery);
  await user.call('ping', {});
  assert.is((await user.call('queue.browse', { sub_key })).depth, 0);
});

test.run();

async function metrics(): Promise<string> {
  return (await fetch(`${stage.server.url}/metrics`)).text();
}
