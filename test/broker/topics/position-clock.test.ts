import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { World } from '../../sim/world.js';

const test = suite('position clock');

test('what came before a time lies at or below its position, and what came after it above, across restarts', async () => {
  const world = await World.open({ limits: { time_mark_ms: 1_000 } });
  const ann = await world.endpoint('ann', ['pub=/**', 'sub=/**']);
  const published: { at: number; position: number }[] = [];
  for (let round = 0; round < 20; round += 1) {
    await world.publish(ann, {});
    published.push({ at: world.clock.nowMs(), position: world.broker.commit.committed });
    await world.clock.advance(round % 3 === 0 ? 5_000 : 700);
    if (round === 9) await world.crash();
    if (round === 14) await world.restart();
  }
  const { positionClock } = world.broker;
  for (const { at, position } of published) {
    assert.ok(positionClock.before(at - 1) < position, 'nothing that came later counts as before');
    assert.ok(
      positionClock.before(at + 8_000) >= position || position === published.at(-1)!.position,
      'and not for ever',
    );
  }
  assert.is(positionClock.before(published[0]!.at - 1), 0);
});

test('where nothing is published, nothing is noted', async () => {
  const world = await World.open({ limits: { time_mark_ms: 1_000 } });
  const ann = await world.endpoint('ann', ['pub=/**', 'sub=/**']);
  await world.publish(ann, {});
  await world.clock.advance(10_000);
  const notes = () => world.commits.flat().filter(({ kind }) => kind === 'mark_time').length;
  assert.is(notes(), 1);
  await world.clock.advance(60_000);
  assert.is(notes(), 1);
});

test('the number of notes is bounded: older ones lie further apart', async () => {
  const world = await World.open({ limits: { time_mark_ms: 1_000, time_marks_max: 8 } });
  const ann = await world.endpoint('ann', ['pub=/**', 'sub=/**']);
  const start = world.clock.nowMs();
  for (let round = 0; round < 100; round += 1) {
    await world.publish(ann, {});
    await world.clock.advance(1_000);
  }
  await world.crash();
  const steps = new Set<number>();
  for (let at = start; at <= world.clock.nowMs(); at += 500) steps.add(world.broker.positionClock.before(at));
  assert.ok(steps.size <= 10, `${steps.size} notes`);
  assert.ok(world.broker.positionClock.before(world.clock.nowMs() - 3_000) > 90, 'the newest ones are all there');
});

test.run();
