import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { TopicOptions } from '../../../src/broker/topics/topic-options.js';
import { HookDouble } from '../../sim/hook-double.js';
import { RecordingReceivers } from '../../sim/recording-receivers.js';
import { Stage } from '../../sim/stage.js';
import type { WorldOptions } from '../../sim/world.js';

/** Seconds: a short one, because a pass of the sweep is made in each. */
const hour = 600;

async function stageWith(seconds: number | null, options: WorldOptions = {}): Promise<Stage> {
  const stage = await Stage.open(options);
  await stage.world.run(stage.world.broker.topicAdmin.create('/t', { limit_sub_inactivity: seconds }));
  return stage;
}

const update = ({ world }: Stage, options: Partial<TopicOptions>) =>
  world.run(world.broker.topicAdmin.update(world.broker.topics.get('/t'), options));

const pass = ({ world }: Stage, seconds: number) => world.clock.advance(seconds * 1000);

async function isThere({ world }: Stage, subKey: string): Promise<boolean> {
  return (await world.run(world.broker.subscriptions.useIfThere({ subKey }, async () => true))) ?? false;
}

async function topicsOf({ world }: Stage, subKey: string): Promise<readonly string[]> {
  return world.use(subKey, async ({ interests }) => [...interests.patterns]);
}

const test = suite('broker: limit_sub_inactivity');

test('what nobody uses ends with its backlog, counted, after the limit and at most a tenth of it later', async () => {
  const stage = await stageWith(hour);
  const subKey = await stage.subscribe();
  await stage.publish([1, 2, 3]);
  await pass(stage, hour - 5);
  assert.ok(await isThere(stage, subKey));
  await pass(stage, 0.1 * hour + 10);
  assert.not(await isThere(stage, subKey));
  const { counters } = stage.world.broker;
  assert.equal([counters.inactive, counters.unsubscribed], [3, 0]);
  await pass(stage, 5);
  assert.is((await stage.world.size()).bytes, 0);
});

test('a pull, an ack, a nack, a resume and an attach each begin the time anew', async () => {
  const stage = await stageWith(hour);
  const { world, receiver } = stage;
  const subKey = await stage.subscribe(['/t'], { delivery_method: 'pull' });
  const [published] = await stage.publish([1]);
  const msgIds = [(published as { msgId: string }).msgId];
  const { puller, subscriber } = world.broker;
  const uses: (() => Promise<unknown>)[] = [
    () => world.run(puller.nack(receiver, subKey, msgIds, undefined)),
    () => world.run(puller.pull(receiver, subKey, 1, 0, null)),
    () => world.run(puller.ack(receiver, subKey, msgIds)),
    () => world.run(subscriber.resume(receiver, subKey, null)),
    () => world.run(puller.take(receiver, { subKey }, null)),
    async () => world.drop(await stage.attach(subKey)),
    () => world.run(puller.pull(receiver, subKey, 1, 0, null)),
  ];
  for (const use of uses) {
    await pass(stage, 0.9 * hour);
    await use();
  }
  await pass(stage, 0.9 * hour);
  assert.ok(await isThere(stage, subKey));
  await pass(stage, 0.3 * hour);
  assert.not(await isThere(stage, subKey));
});

test('what is attached stays, also if it was so before the limit, and its time begins when it is detached', async () => {
  const stage = await stageWith(null);
  const subKey = await stage.subscribe();
  const sink = await stage.attach(subKey);
  await pass(stage, hour);
  await update(stage, { limit_sub_inactivity: hour });
  await pass(stage, 5 * hour);
  assert.ok(await isThere(stage, subKey));
  await stage.world.drop(sink);
  await pass(stage, 0.9 * hour);
  assert.ok(await isThere(stage, subKey));
  await pass(stage, 0.3 * hour);
  assert.not(await isThere(stage, subKey));
});

test('it loses the topics that have the limit, and goes with its last one; a pattern is nobody’s name', async () => {
  const stage = await stageWith(hour);
  const both = await stage.subscribe(['/t', '/other']);
  const wide = await stage.subscribe(['/t/**', '/*']);
  await stage.publish([1, 2]);
  await stage.publish([3], { topicName: '/other' });
  await pass(stage, 1.2 * hour);
  assert.equal(await topicsOf(stage, both), ['/other']);
  assert.is(await stage.world.depth(both), 1);
  assert.is(await stage.world.depth(wide), 3);
  assert.is(stage.world.broker.counters.inactive, 2);
});

test('a limit that is set later counts from then, and one that is taken away counts no more', async () => {
  const stage = await stageWith(null);
  const subKey = await stage.subscribe();
  await pass(stage, 5 * hour);
  await update(stage, { limit_sub_inactivity: hour });
  await pass(stage, 0.9 * hour);
  await update(stage, { limit_sub_inactivity: null });
  await pass(stage, 5 * hour);
  await update(stage, { limit_sub_inactivity: hour });
  await pass(stage, 0.9 * hour);
  assert.ok(await isThere(stage, subKey));
  await pass(stage, 0.3 * hour);
  assert.not(await isThere(stage, subKey));
});

test('while another topic has the limit, one that gets it later counts from the last use', async () => {
  const stage = await stageWith(null);
  await stage.world.run(stage.world.broker.topicAdmin.create('/limited', { limit_sub_inactivity: 100 * hour }));
  const subKey = await stage.subscribe();
  await pass(stage, 2 * hour);
  await update(stage, { limit_sub_inactivity: hour });
  await pass(stage, 60);
  assert.not(await isThere(stage, subKey));
});

for (const how of ['crash', 'restart'] as const) {
  test(`(${how}) the time goes on where it was, and that in which no server was up does not count`, async () => {
    const stage = await stageWith(hour);
    const subKey = await stage.subscribe();
    await pass(stage, 0.8 * hour);
    const awayMs = 50 * hour * 1000;
    await (how === 'crash' ? stage.world.crash('lost', awayMs) : stage.world.restart(awayMs));
    await pass(stage, 0.1 * hour);
    assert.ok(await isThere(stage, subKey));
    await pass(stage, 0.4 * hour);
    assert.not(await isThere(stage, subKey));
  });
}

test('what was attached when the process was killed has all of its time from the start on', async () => {
  const stage = await stageWith(hour);
  const subKey = await stage.subscribe();
  await stage.attach(subKey);
  await pass(stage, 3 * hour);
  await stage.world.crash();
  await pass(stage, 0.9 * hour);
  assert.ok(await isThere(stage, subKey));
  await stage.world.crash();
  await pass(stage, 0.05 * hour);
  assert.ok(await isThere(stage, subKey));
  await pass(stage, 0.3 * hour);
  assert.not(await isThere(stage, subKey));
});

test('one that was made just before a kill is not taken for one that nobody ever used', async () => {
  const stage = await stageWith(hour);
  await pass(stage, 5 * hour);
  const subKey = await stage.subscribe();
  await stage.world.crash();
  await pass(stage, 0.9 * hour);
  assert.ok(await isThere(stage, subKey));
});

test('after a start there is a minute to come back', async () => {
  const stage = await stageWith(hour);
  const subKey = await stage.subscribe();
  await pass(stage, hour - 0.5);
  await stage.world.restart();
  await pass(stage, 50);
  assert.ok(await isThere(stage, subKey));
  const sink = await stage.attach(subKey);
  await pass(stage, 3 * hour);
  assert.ok(await isThere(stage, subKey));
  await stage.world.drop(sink);
});

test('what has a receiver of its own stays, also while there is none for it', async () => {
  for (const problem of [null, 'nobody is there']) {
    const receivers = new RecordingReceivers();
    receivers.problem = problem;
    const stage = await stageWith(hour, { receivers });
    const subKey = await stage.subscribe(['/t'], { receiver: { route: { url: 'http://there' } } });
    await pass(stage, 3 * hour);
    assert.ok(await isThere(stage, subKey));
  }
});

test('one that is used while it is about to end stays', async () => {
  const stage = await stageWith(hour);
  const { broker, run } = { broker: stage.world.broker, run: stage.world.run.bind(stage.world) };
  const subKey = await stage.subscribe();
  await pass(stage, 0.9 * hour);
  const id = await stage.world.use(subKey, async subscription => subscription.id);
  await run(broker.subscriber.resume(stage.receiver, subKey, null));
  assert.is(await run(broker.subscriber.lapse(id, '/t')), null);
  await pass(stage, 2);
  const both = Promise.all([
    broker.subscriber.resume(stage.receiver, subKey, stage.world.sink()),
    broker.subscriber.lapse(id, '/t'),
  ]);
  assert.is((await run(both))[1], null);
  assert.ok(await isThere(stage, subKey));
});

test('what was used just before a stop is noted', async () => {
  const stage = await stageWith(hour);
  const subKey = await stage.subscribe();
  await pass(stage, 0.9 * hour);
  await stage.world.run(stage.world.broker.subscriber.resume(stage.receiver, subKey, null));
  await stage.world.restart();
  await pass(stage, 0.9 * hour);
  assert.ok(await isThere(stage, subKey));
});

test('a hook hears why', async () => {
  const hooks = new HookDouble({ '/t': ['on_unsubscribed'] });
  const stage = await stageWith(hour, { hooks: hooks.parts });
  await stage.subscribe();
  await pass(stage, 1.2 * hour);
  assert.equal(
    hooks.heard.map(heard => [heard.on, 'reason' in heard ? heard.reason : null]),
    [['unsubscribed', 'inactive']],
  );
});

test('where no topic has the limit, nothing is noted and nothing is read', async () => {
  let looks = 0;
  const stage = await stageWith(null, {
    wrap: store =>
      new Proxy(store, {
        get(target, name) {
          if (name === 'listUses') looks += 1;
          const member = Reflect.get(target, name) as unknown;
          return typeof member === 'function' ? (member.bind(target) as unknown) : member;
        },
      }),
  });
  await stage.world.drop(await stage.attach(await stage.subscribe()));
  await pass(stage, hour);
  assert.is(looks, 0);
  assert.not(stage.world.commits.flat().some(({ kind }) => kind === 'note_uses'));
});

test.run();
