import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { dataOf, Stage } from '../stage.js';
import { RestUser } from './asking.js';

const test = suite('e2e: REST');

let stage: Stage;
let user: RestUser;
test.before(async () => {
  stage = await Stage.set();
  user = new RestUser(stage, await stage.endpoint());
});
test.after(() => stage.strike());

test('one subscribes, another publishes, the first gets it, and gets it once', async () => {
  const { sub_key, queue_depth } = await user.subscribe('/order/new');
  assert.match(sub_key, /^zpsk/);
  assert.is(queue_depth, 0);
  const msg_id = await new RestUser(stage, await stage.endpoint()).publish('/order/new', { id: 1 });
  const [message, ...others] = await user.take('/order/new');
  assert.equal([message!.msg_id, message!.topic_name, message!.data], [msg_id, '/order/new', { id: 1 }]);
  assert.equal([message!.delivery_count, message!.sub_key, others.length], [1, sub_key, 0]);
  assert.equal(await user.take('/order/new'), []);
});

test('the calls are below /zato too, and mean the same', async () => {
  const { sub_key } = await user.subscribe('/order/zato');
  assert.is((await user.done<{ sub_key: string }>('POST', '/zato/pubsub/subscribe/topic/order/zato')).sub_key, sub_key);
  await user.done('POST', '/zato/pubsub/topic/order/zato', { body: '{"data":1}' });
  assert.equal(dataOf(await user.done('PATCH', '/zato/pubsub/topic/order/zato')), [1]);
  assert.equal(await user.done('DELETE', '/zato/pubsub/subscribe/topic/order/zato'), {});
  assert.is((await user.refused('PATCH', '/pubsub/topic/order/zato')).status, 404);
});

test('what is answered is JSON that nobody keeps', async () => {
  const { headers } = await user.ask('POST', '/pubsub/topic/order/new', { body: '{"data":1}' });
  assert.equal([headers['content-type'], headers['cache-control']], ['application/json', 'no-store']);
});

test('the highest priority comes first, and as many as delivery_batch_size says', async () => {
  const options = { body: '{"delivery_batch_size":2}' };
  await user.done('POST', '/pubsub/subscribe/topic/order/many', options);
  for (const priority of [1, 5, 9]) await user.publish('/order/many', priority, { priority });
  assert.equal(dataOf(await user.take('/order/many')), [9, 5]);
  assert.equal(dataOf(await user.take('/order/many')), [1]);
});

test('calls at the same time share what waits: nothing comes twice, and nothing is left', async () => {
  const options = { body: '{"delivery_batch_size":7}' };
  await user.done('POST', '/pubsub/subscribe/topic/order/shared', options);
  const data = Array.from({ length: 100 }, (_, index) => index);
  await Promise.all(data.map(one => user.publish('/order/shared', one)));
  const taken: unknown[] = [];
  while (taken.length < data.length) {
    const calls = await Promise.all(Array.from({ length: 5 }, () => user.take('/order/shared')));
    taken.push(...dataOf(calls.flat()));
  }
  assert.equal(
    taken.sort((a, b) => Number(a) - Number(b)),
    data,
  );
  assert.equal(await user.take('/order/shared'), []);
});

test('subscribing again, at once or after a restart, gives the same subscription with what waits', async () => {
  const keys = await Promise.all(Array.from({ length: 5 }, () => user.subscribe('/order/again')));
  assert.is(new Set(keys.map(({ sub_key }) => sub_key)).size, 1);
  await user.publish('/order/again', 'waits');
  await stage.restart();
  assert.equal(await user.subscribe('/order/again'), { sub_key: keys[0]!.sub_key, queue_depth: 1 });
  assert.equal(dataOf(await user.take('/order/again')), ['waits']);
});

test('what was taken is settled on disk: a restart does not bring it back', async () => {
  await user.subscribe('/order/settled');
  await user.publish('/order/settled', 1);
  assert.is((await user.take('/order/settled')).length, 1);
  await stage.restart();
  assert.equal(await user.take('/order/settled'), []);
});

test('unsubscribing twice is as good as once, and afterwards there is nothing to take', async () => {
  await user.subscribe('/order/off');
  for (let time = 0; time < 2; time += 1) {
    assert.equal(await user.done('DELETE', '/pubsub/subscribe/topic/order/off'), {});
  }
  const { status, details, error } = await user.refused('PATCH', '/pubsub/topic/order/off');
  assert.equal([status, error!.name], [404, 'not_found']);
  assert.match(details, 'POST /pubsub/subscribe/topic/order/off');
});

test('no subscription of JSON-RPC has a name that would make it the one of REST', async () => {
  const credentials = await stage.endpoint();
  const client = await stage.connect(credentials);
  const name = 'rest:/order/name';
  const error = await client.subscribe('/order/name', { name }).catch((caught: Error) => caught);
  assert.match((error as Error).message, 'must be a name that does not begin with rest:');
  const made = { username: credentials.username, topic_name_list: ['/order/name'], name };
  const created = await stage.admin.call('subscription.create', made).catch((caught: Error) => caught);
  assert.match((created as Error).message, 'must be a name that does not begin with rest:');
  await client.subscribe('/order/name', { name: '/order/name' });
  await client.publish('/order/name', 1);
  assert.is((await new RestUser(stage, credentials).refused('PATCH', '/pubsub/topic/order/name')).status, 404);
});

test('administrators see it by its name, and change its options', async () => {
  const credentials = await stage.endpoint();
  const somebody = new RestUser(stage, credentials);
  const { sub_key } = await somebody.subscribe('/order/seen');
  const { username } = credentials;
  const seen = await stage.admin.call('subscription.get', { username, name: 'rest:/order/seen' });
  assert.equal([seen.sub_key, seen.delivery_method, seen.topic_name_list], [sub_key, 'pull', ['/order/seen']]);
  await stage.admin.call('subscription.update', { sub_key, delivery_batch_size: 1 });
  for (const data of [1, 2]) await somebody.publish('/order/seen', data);
  assert.equal(dataOf(await somebody.take('/order/seen')), [1]);
});

test('whoever learns to use JSON-RPC goes on with the sub_key', async () => {
  const credentials = await stage.endpoint();
  const { sub_key } = await new RestUser(stage, credentials).subscribe('/order/grown');
  await stage.admin.publish('/order/grown', 'by pull');
  const client = await stage.connect(credentials);
  const { messages } = await client.call('pull', { sub_key, wait: 10 });
  assert.equal(dataOf(messages), ['by pull']);
});

test.run();
