import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { TopicOptions } from '../../../src/broker/topics/topic-options.js';
import { changed, HookDouble } from '../../sim/hook-double.js';
import { type Published, World, type WorldOptions } from '../../sim/world.js';

async function worldWith(options: Partial<TopicOptions>, worldOptions: WorldOptions = {}) {
  const world = await World.open(worldOptions);
  const ann = await world.endpoint('ann', ['pub=/**', 'sub=/**']);
  await world.run(world.broker.topicAdmin.create('/t', options));
  return { world, ann };
}

const namesOf = (outcomes: Published[]) => outcomes.map(outcome => ('error' in outcome ? outcome.error.name : 'taken'));
const update = (world: World, options: Partial<TopicOptions>) =>
  world.run(world.broker.topicAdmin.update(world.broker.topics.get('/t'), options));

const test = suite('topic gate');

test('a topic without options of its own has no gate', async () => {
  const { world } = await worldWith({ has_gd: false, limit_retention: 60 });
  assert.is(world.broker.topics.get('/t').gate, null);
  await update(world, { max_depth: 5 });
  assert.is.not(world.broker.topics.get('/t').gate, null);
  await update(world, { max_depth: null });
  assert.is(world.broker.topics.get('/t').gate, null);
});

test('over max_depth publishes are refused, from the next count on, until the depth has fallen', async () => {
  const { world, ann } = await worldWith({ max_depth: 3, depth_check_freq: 2 });
  const sub = await world.subscribe(ann, { patterns: ['/t'], options: { delivery_method: 'pull' } });
  const published: string[] = [];
  for (let round = 0; round < 8; round += 1) published.push(...namesOf(await world.publish(ann, {})));
  const taken = published.filter(name => name === 'taken').length;
  assert.ok(taken >= 3 && taken <= 5, published.join());
  assert.equal(published.slice(taken), new Array(8 - taken).fill('depth_exceeded'));
  assert.is(await world.depth(sub.subscription.subKey), taken);

  await world.use(sub.subscription.subKey, subscription => world.broker.queue.clear(subscription));
  await world.clock.advance(2_000);
  await world.publish(ann, {});
  assert.equal(namesOf(await world.publish(ann, {})), ['taken'], 'who was refused made it count again');
});

test('the depth is counted once in depth_check_freq publications', async () => {
  const { world, ann } = await worldWith({ max_depth: 1_000, depth_check_freq: 10 });
  const { depth } = world.broker;
  let counts = 0;
  const ofTopic = depth.ofTopic.bind(depth);
  depth.ofTopic = topic => {
    counts += 1;
    return ofTopic(topic);
  };
  for (let round = 0; round < 30; round += 1) await world.publish(ann, {});
  assert.is(counts, 3);
});

test('a bound that is raised, lowered or taken away holds at once', async () => {
  const { world, ann } = await worldWith({});
  await world.subscribe(ann, { patterns: ['/t'], options: { delivery_method: 'pull' } });
  await world.publish(ann, {}, {}, {});
  await update(world, { max_depth: 2 });
  assert.equal(namesOf(await world.publish(ann, {})), ['depth_exceeded']);
  await update(world, { max_depth: 9 });
  assert.equal(namesOf(await world.publish(ann, {})), ['taken']);
  await update(world, { max_depth: 1 });
  assert.equal(namesOf(await world.publish(ann, {})), ['depth_exceeded']);
  await update(world, { max_depth: null });
  assert.equal(namesOf(await world.publish(ann, {})), ['taken']);
});

test('after a restart the bound holds from the first count on', async () => {
  const { world, ann } = await worldWith({ max_depth: 1, depth_check_freq: 50 });
  await world.subscribe(ann, { patterns: ['/t'], options: { delivery_method: 'pull' } });
  await world.publish(ann, {}, {});
  await world.crash();
  const again = world.broker.endpoints.find('ann')!;
  await world.publish(again, {});
  assert.equal(namesOf(await world.publish(again, {})), ['depth_exceeded']);
});

test('a longer expiration is cut, also of what is delayed, and the message shows it', async () => {
  const { world, ann } = await worldWith({ limit_message_expiry: 60 });
  const sink = world.sink();
  await world.subscribe(ann, { patterns: ['/t'], sink });
  await world.publish(ann, { expiration: 3_600 }, { expiration: 30 }, { expiration: 3_600, delay: 5 });
  await world.clock.advance(5_000);
  assert.equal(
    sink.deliveries.flatMap(({ messages }) => messages).map(({ expiration }) => expiration),
    [60, 30, 60],
  );
});

test('data that does not fit the schema is refused, also in an edit; changing the schema holds at once', async () => {
  const { world, ann } = await worldWith({ schema: { type: 'integer' } });
  const { subscription } = await world.subscribe(ann, { patterns: ['/t'], options: { delivery_method: 'pull' } });
  const outcomes = await world.publish(ann, { data: '7' }, { data: '"seven"' }, { data: '"x"', delay: 5 });
  assert.equal(namesOf(outcomes), ['taken', 'invalid_params', 'invalid_params']);
  const { msgId } = outcomes[0] as { msgId: string };
  const edit = (data: string) =>
    world.use(subscription.subKey, one => world.broker.queue.update(one, msgId, { data }, undefined));
  assert.match(await edit('8').catch(error => error.message), '"data":8');
  assert.match(await edit('"x"').catch(error => error.message), /must be integer/);
  await update(world, { schema: { type: 'string' } });
  assert.equal(namesOf(await world.publish(ann, { data: '7' }, { data: '"x"' })), ['invalid_params', 'taken']);
  await world.crash();
  const again = world.broker.endpoints.find('ann')!;
  assert.equal(namesOf(await world.publish(again, { data: '7' }, { data: '"x"' })), ['invalid_params', 'taken']);
});

test('an edit of a delayed message passes the gate as well', async () => {
  const { world, ann } = await worldWith({ limit_message_expiry: 60, schema: { type: 'number' } });
  const [published] = await world.publish(ann, { delay: 30, expiration: 10 });
  const { delayed } = world.broker;
  const row = await world.run(delayed.find((published as { msgId: string }).msgId));
  const { expiration } = JSON.parse(await world.run(delayed.update(row, { expiration: 3_600 }, undefined)));
  assert.is(expiration, 60);
  const again = await world.run(delayed.find(row.msgId));
  const refused = await world.run(delayed.update(again, { data: '"text"' }, undefined).catch(error => error.name));
  assert.is(refused, 'invalid_params');
});

test('what a before_publish hook makes of a message passes the gate as well', async () => {
  const hooks = new HookDouble({ '/t': ['before_publish'] });
  const { world, ann } = await worldWith(
    { limit_message_expiry: 60, schema: { type: 'number' } },
    { hooks: hooks.parts },
  );
  const sink = world.sink();
  await world.subscribe(ann, { patterns: ['/t'], sink });
  hooks.onPublish = () => changed({ expiration: 3_600 });
  assert.equal(namesOf(await world.publish(ann, { expiration: 10 })), ['taken']);
  assert.is(sink.deliveries[0]!.messages[0]!.expiration, 60);
  hooks.onPublish = () => changed({ data: 'text' });
  assert.equal(namesOf(await world.publish(ann, {})), ['invalid_params']);
});

test('a schema that cannot be used changes nothing', async () => {
  const { world } = await worldWith({ schema: { type: 'integer' } });
  const error = await update(world, { schema: { type: 'no such' }, max_depth: 1 }).catch(reason => reason);
  assert.is(error.name, 'invalid_params');
  assert.is(world.broker.topics.get('/t').options.max_depth, null);
});

test.run();
