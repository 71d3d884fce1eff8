import * as fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Race } from './race/race.js';
import { steps } from './race/steps.js';

/**
 * Where the model compares after each command has come to rest, here the next thing begins while the last is under
 * way. What can then still be said is weaker, and is said at the end: nothing answered is lost, nothing that was
 * acknowledged for sure comes again, no count is too low, every queue ends empty. `SEED=… RUNS=…` as for the model.
 */
const seed = process.env.SEED === undefined ? undefined : Number(process.env.SEED);
const numRuns = Number(process.env.RUNS ?? 400);

const races = suite('races');

races('(1-7): whatever overlaps, nothing is lost and nothing settled comes again', async () => {
  const property = fc.asyncProperty(fc.nat(), fc.array(steps, { maxLength: 80, size: 'max' }), async (order, taken) => {
    const race = await Race.begin(order);
    for (const { kind, args, pause } of taken) {
      await race.take(kind, args);
      for (let step = 0; step < pause; step += 1) await race.world.clock.step();
    }
    await race.finish();
  });
  const found = await fc.check(property, { seed, numRuns, includeErrorInReport: true });
  assert.not(found.failed, fc.defaultReportMessage(found));
});

races.run();
