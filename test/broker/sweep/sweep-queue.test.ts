import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { limits } from '../../../src/protocol/limits.js';
import type { Operation } from '../../../src/store/store.js';
import { Stage } from '../../sim/stage.js';

const test = suite('sweep queue');

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);

/** Publishes by turns to so many topics, which are made first. */
async function publishByTurns({ world, publisher }: Stage, topics: number, rounds: number): Promise<void> {
  for (const round of numbers(rounds)) {
    await world.publish(publisher, ...numbers(topics).map(n => ({ topicName: `/t/${n}`, data: String(round) })));
  }
}

/** What the sweeper does until nothing is left to do. */
async function sweepsOf({ world }: Stage): Promise<Operation[]> {
  const from = world.commits.length;
  await world.clock.advance(3 * limits.sweep_interval_ms);
  const sweeps = world.commits.slice(from).flat();
  return sweeps.filter(({ kind }) => kind === 'sweep_settled' || kind === 'sweep_range');
}

test('topics that can spare something at the same time are swept together, and their messages by turns', async () => {
  const stage = await Stage.open();
  await publishByTurns(stage, 300, 3);
  const sweeps = await sweepsOf(stage);
  assert.equal(
    sweeps.map(sweep => (sweep.kind === 'sweep_range' ? sweep.topicIds.length : 1)),
    [300],
  );
  assert.is((await stage.world.size()).bytes, 0);
  assert.is(stage.world.broker.counters.sweptUnwanted, 900);
});

test('a range goes on where it was, and looks at nothing twice', async () => {
  const stage = await Stage.open({ limits: { sweep_messages: 100 } });
  await publishByTurns(stage, 50, 10);
  const sweeps = await sweepsOf(stage);
  const first = sweeps[0]!;
  assert.ok(first.kind === 'sweep_range');
  assert.equal(
    sweeps.map(sweep => (sweep.kind === 'sweep_range' ? sweep.after - first.after : null)),
    [0, 100, 200, 300, 400, 500],
  );
  assert.is((await stage.world.size()).bytes, 0);
});

test('where nearly all that lies between stays, topics are swept one by one', async () => {
  const stage = await Stage.open({ limits: { sweep_messages: 100 } });
  await stage.subscribe(['/kept']);
  await stage.publish([1], { topicName: '/t/0' });
  await stage.publish(numbers(500), { topicName: '/kept' });
  await publishByTurns(stage, 2, 1);
  const sweeps = await sweepsOf(stage);
  assert.equal(
    sweeps.map(({ kind }) => kind),
    ['sweep_range', 'sweep_settled', 'sweep_settled'],
  );
  assert.is(stage.world.broker.counters.sweptUnwanted, 3);
});

test('one topic alone is found by its index', async () => {
  const stage = await Stage.open();
  await publishByTurns(stage, 1, 5);
  assert.equal(
    (await sweepsOf(stage)).map(({ kind }) => kind),
    ['sweep_settled'],
  );
});

test.run();
