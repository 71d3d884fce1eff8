import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { TopicOptions } from '../../../src/broker/topics/topic-options.js';
import { Stage } from '../../sim/stage.js';

async function stageWith(options: Partial<TopicOptions>): Promise<Stage> {
  const stage = await Stage.open();
  await stage.world.run(stage.world.broker.topicAdmin.create('/t', options));
  return stage;
}

const left = async ({ world }: Stage): Promise<number> => (await world.size()).bytes;
const rest = ({ world }: Stage) => world.clock.advance(5_000);
const update = ({ world }: Stage, options: Partial<TopicOptions>) =>
  world.run(world.broker.topicAdmin.update(world.broker.topics.get('/t'), options));

const test = suite('without subscriptions');

test('(1): `keep` lets messages wait for the first subscription, in order, across a crash; the second gets none', async () => {
  const stage = await stageWith({ on_no_subs_pub: 'keep' });
  await stage.publish([1, 2]);
  await rest(stage);
  await stage.world.crash();
  await rest(stage);
  await stage.publish([3]);
  await stage.publish([9], { priority: 9 });
  await rest(stage);
  const first = await stage.subscribe();
  const second = await stage.subscribe();
  assert.is(await stage.world.depth(first), 4);
  assert.is(await stage.world.depth(second), 0);
  await stage.publish([4]);
  await rest(stage);
  await stage.world.crash();
  const sink = await stage.attach(first);
  assert.equal(
    sink.deliveries[0]!.messages.map(({ delivery_count }) => delivery_count),
    [1, 1, 1, 1, 1],
  );
  assert.equal(await stage.drain(sink), [9, 1, 2, 3, 4]);
  assert.equal(await stage.drain(await stage.attach(second)), [4]);
  await rest(stage);
  assert.is(await left(stage), 0);
});

test('one that attaches as it subscribes gets what was kept', async () => {
  const stage = await stageWith({ on_no_subs_pub: 'keep' });
  await stage.publish([1, 2]);
  const sink = stage.world.sink();
  await stage.subscribe(['/t'], {}, sink);
  assert.equal(sink.data, [[1, 2]]);
});

test('`drop` removes what nobody is subscribed to, and counts it', async () => {
  const stage = await stageWith({});
  const { counters } = stage.world.broker;
  await stage.publish([1, 2]);
  await rest(stage);
  assert.equal([counters.sweptUnwanted, counters.sweptSettled], [2, 0]);
  const subKey = await stage.subscribe();
  await stage.publish([3]);
  assert.equal(await stage.drain(await stage.attach(subKey)), [3]);
  await rest(stage);
  assert.equal([counters.sweptUnwanted, counters.sweptSettled], [2, 1]);
});

test('a pattern watches and takes nothing away: what it has settled still waits for who names the topic', async () => {
  const stage = await stageWith({ on_no_subs_pub: 'keep' });
  const watching = await stage.subscribe(['/**']);
  await stage.publish([1, 2]);
  assert.equal(await stage.drain(await stage.attach(watching)), [1, 2]);
  await rest(stage);
  assert.ok((await left(stage)) > 0);
  const named = await stage.subscribe();
  assert.equal(await stage.drain(await stage.attach(named)), [1, 2]);
  await rest(stage);
  assert.is(await left(stage), 0);
});

test('what the last one left behind goes with it; what comes afterwards waits for the next one', async () => {
  const stage = await stageWith({ on_no_subs_pub: 'keep' });
  const { world, receiver } = stage;
  const first = await stage.subscribe();
  await stage.publish([1]);
  await world.run(world.broker.subscriber.delete(receiver, first, null));
  await stage.publish([2]);
  await rest(stage);
  const second = await stage.subscribe();
  assert.equal(await stage.drain(await stage.attach(second)), [2]);
  await world.run(world.broker.subscriber.unsubscribe(receiver, second, '/t'));
  await stage.publish([3]);
  await rest(stage);
  assert.equal(await stage.drain(await stage.attach(await stage.subscribe())), [3]);
  await rest(stage);
  assert.is(await left(stage), 0);
});

test('kept messages expire at their time, and fill the topic as others do', async () => {
  const stage = await stageWith({ on_no_subs_pub: 'keep', max_depth: 2, depth_check_freq: 1 });
  await stage.publish([1], { expiration: 60 });
  await stage.publish([2]);
  await stage.publish([3]);
  assert.ok('error' in (await stage.publish([4]))[0]!);
  await stage.world.clock.advance(200_000);
  assert.equal(await stage.drain(await stage.attach(await stage.subscribe())), [2, 3]);
});

test('switched while running: from then on it keeps, or drops', async () => {
  const stage = await stageWith({});
  await stage.publish([1]);
  await update(stage, { on_no_subs_pub: 'keep' });
  await stage.publish([2]);
  await rest(stage);
  const first = await stage.subscribe();
  assert.equal(await stage.drain(await stage.attach(first)), [2]);
  await stage.world.run(stage.world.broker.subscriber.delete(stage.receiver, first, null));
  await stage.publish([3]);
  await rest(stage);
  assert.ok((await left(stage)) > 0);
  await update(stage, { on_no_subs_pub: 'drop' });
  await rest(stage);
  assert.is(await left(stage), 0);
});

test('a subscription that is there already is told to leave the first place to a new one', async () => {
  const stage = await stageWith({ on_no_subs_pub: 'keep' });
  const { world, receiver } = stage;
  const request = { patterns: ['/other'], name: 'crm' };
  await world.subscribe(receiver, request);
  await world.subscribe(receiver, { ...request, patterns: ['/t'] });
  await world.run(
    world.broker.subscriber.unsubscribe(receiver, (await world.subscribe(receiver, request)).subscription.subKey, '/t'),
  );
  await stage.publish([1]);
  const refused = await world.subscribe(receiver, { ...request, patterns: ['/t'] }).catch(error => error);
  assert.is(refused.name, 'conflict');
  const own = await stage.subscribe();
  assert.equal(await stage.drain(await stage.attach(own)), [1]);
  await world.subscribe(receiver, { ...request, patterns: ['/t'] });
});

test.run();
