import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { dataOf, Stage } from './stage.js';

const test = suite('e2e: take-over');

let stage: Stage;
test.before(async () => {
  stage = await Stage.set();
});
test.after(() => stage.strike());

test('a subscription moves to the socket that attaches it, and the other one is told (7)', async () => {
  const credentials = await stage.endpoint();
  const [before, after] = [await stage.connect(credentials), await stage.connect(credentials)];
  const sub_key = await before.subscribe('/moves');
  await before.publish('/moves', 1);
  const held = await before.deliveries.next();
  assert.is((await after.call('resume', { sub_key })).queue_depth, 1);
  assert.equal(await before.detached.next(), { sub_key, reason: 'taken_over' });
  const again = await after.deliveries.next();
  assert.is(again.messages[0]!.msg_id, held.messages[0]!.msg_id);
  assert.is(again.messages[0]!.delivery_count, 2);
});

test('a late response of the old socket changes nothing (7)', async () => {
  const credentials = await stage.endpoint();
  const [before, after] = [await stage.connect(credentials), await stage.connect(credentials)];
  const sub_key = await before.subscribe('/late');
  const msg_id = await before.publish('/late', 'whose is it?');
  const held = await before.deliveries.next();
  await after.call('resume', { sub_key });
  await before.detached.next();
  const again = await after.deliveries.next();
  before.ack(held);
  await before.call('ping', {});
  assert.is((await after.call('queue.get', { sub_key, msg_id })).state, 'in_flight');
  before.fail(held, 'too late');
  await before.call('ping', {});
  assert.is((await after.call('queue.get', { sub_key, msg_id })).attempts, 0);
  after.ack(again);
  await after.call('ping', {});
  assert.is((await after.call('queue.browse', { sub_key })).depth, 0);
});

test('attaching what is attached here already changes nothing: what is in flight is not sent again (7)', async () => {
  const user = await stage.user();
  const sub_key = await user.subscribe('/here', { name: 'here' });
  await user.publish('/here', 'first');
  const held = await user.deliveries.next();
  await user.call('resume', { sub_key });
  await user.subscribe('/here', { name: 'here' });
  await user.publish('/here', 'second');
  assert.equal(dataOf((await user.deliveries.next()).messages), ['second']);
  assert.is(user.detached.length, 0);
  user.ack(held);
});

test('two sockets that fight over a subscription lose nothing', async () => {
  const credentials = await stage.endpoint();
  const rivals = [await stage.connect(credentials), await stage.connect(credentials)];
  const sub_key = await rivals[0]!.subscribe('/fight', { delivery_batch_size: 3 });
  const sent = Array.from({ length: 60 }, (_, i) => i);
  const published = Promise.all(sent.map(i => stage.admin.publish('/fight', i)));
  const seen = new Set<unknown>();
  for (let round = 0; seen.size < sent.length; round += 1) {
    const rival = rivals[round % 2]!;
    await rival.call('resume', { sub_key });
    const delivery = await rival.deliveries.next();
    for (const data of dataOf(delivery.messages)) seen.add(data);
    const ids = delivery.messages.map(({ msg_id }) => msg_id);
    await rival.call('ack', { sub_key, msg_id_list: ids });
  }
  await published;
  assert.is((await rivals[0]!.call('queue.browse', { sub_key })).depth, 0);
});

test.run();
