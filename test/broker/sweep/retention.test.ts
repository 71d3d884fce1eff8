import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { TopicOptions } from '../../../src/broker/topics/topic-options.js';
import { Stage } from '../../sim/stage.js';

async function stageWith(options: Partial<TopicOptions>): Promise<Stage> {
  const stage = await Stage.open({ limits: { time_mark_ms: 1_000 } });
  await stage.world.run(stage.world.broker.topicAdmin.create('/t', options));
  return stage;
}

const topicOf = ({ world }: Stage) => world.broker.topics.get('/t');
const left = async ({ world }: Stage): Promise<number> => (await world.size()).bytes;
const update = ({ world }: Stage, options: Partial<TopicOptions>) =>
  world.run(world.broker.topicAdmin.update(world.broker.topics.get('/t'), options));

const test = suite('retention');

test('what is settled stays for limit_retention, and goes soon after', async () => {
  const stage = await stageWith({ limit_retention: 60 });
  const subKey = await stage.subscribe();
  await stage.publish([1, 2]);
  assert.equal(await stage.drain(await stage.attach(subKey)), [1, 2]);
  const whole = await left(stage);
  await stage.world.clock.advance(59_000);
  assert.is(await left(stage), whole);
  await stage.world.clock.advance(6_000);
  assert.is(await left(stage), 0);
});

test('younger messages stay when older ones go', async () => {
  const stage = await stageWith({ limit_retention: 60 });
  for (let round = 0; round < 12; round += 1) {
    await stage.publish([round]);
    await stage.world.clock.advance(10_000);
  }
  const { depth } = stage.world.broker;
  topicOf(stage).settledTo = null;
  const count = await stage.world.run(depth.ofTopic(topicOf(stage)));
  assert.ok(count >= 6 && count <= 7, `${count} stayed`);
});

test('it holds across a crash and a restart, although nothing is published any more', async () => {
  const stage = await stageWith({ limit_retention: 60 });
  const subKey = await stage.subscribe();
  await stage.publish([1]);
  await stage.drain(await stage.attach(subKey));
  await stage.world.clock.advance(30_000);
  await stage.world.crash();
  await stage.world.clock.advance(25_000);
  assert.ok((await left(stage)) > 0);
  await stage.world.crash();
  await stage.world.clock.advance(12_000);
  assert.is(await left(stage), 0);
});

test('changed while running, it holds for what is there', async () => {
  const stage = await stageWith({ limit_retention: 3_600 });
  await stage.publish([1]);
  await stage.world.clock.advance(60_000);
  assert.ok((await left(stage)) > 0);
  await update(stage, { limit_retention: 7_200 });
  await stage.world.clock.advance(4_000_000);
  assert.ok((await left(stage)) > 0);
  await update(stage, { limit_retention: 0 });
  await stage.world.clock.advance(3_000);
  assert.is(await left(stage), 0);
  await update(stage, { limit_retention: 60 });
  await stage.publish([2]);
  await stage.world.clock.advance(50_000);
  assert.ok((await left(stage)) > 0);
});

test('what somebody still needs stays however old it is, and goes when it is settled', async () => {
  const stage = await stageWith({ limit_retention: 60 });
  const subKey = await stage.subscribe();
  await stage.publish([1, 2]);
  await stage.world.clock.advance(100_000);
  assert.equal(await stage.drain(await stage.attach(subKey)), [1, 2]);
  await stage.world.clock.advance(3_000);
  assert.is(await left(stage), 0);
});

test('a depth does not count what is settled and stays', async () => {
  const stage = await stageWith({ limit_retention: 60, max_depth: 3, depth_check_freq: 1 });
  const { depth } = stage.world.broker;
  const subKey = await stage.subscribe();
  await stage.publish([1, 2, 3]);
  await stage.world.clock.advance(20_000);
  assert.is(await stage.world.run(depth.ofTopic(topicOf(stage))), 3);
  assert.equal(await stage.drain(await stage.attach(subKey)), [1, 2, 3]);
  await stage.world.clock.advance(1_500);
  assert.ok((await left(stage)) > 0);
  assert.is(await stage.world.run(depth.ofTopic(topicOf(stage))), 0, 'all are settled');
  await stage.world.clock.advance(2_000);
  await stage.publish([4]);
  const outcomes = await stage.publish([5]);
  assert.ok(!('error' in outcomes[0]!), 'what is settled takes no room');
  await stage.world.clock.advance(3_000);
  assert.is(await stage.world.run(depth.ofTopic(topicOf(stage))), 2);
});

test('an expired message goes at its time, whatever the retention', async () => {
  const stage = await stageWith({ limit_retention: 3_600 });
  await stage.publish([1], { expiration: 60 });
  await stage.world.clock.advance(200_000);
  assert.is(await left(stage), 0);
});

test.run();
