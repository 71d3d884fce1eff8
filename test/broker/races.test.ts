import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { runRaces } from './race/run-races.js';

/**
 * Where the model compares after each command has come to rest, here the next thing begins while the last is under
 * way. What can then still be said is weaker, and is said at the end: nothing answered is lost, nothing that was
 * acknowledged for sure comes again, no count is too low, every queue ends empty. `SEED=… RUNS=…` as for the model.
 */
const seed = process.env.SEED === undefined ? undefined : Number(process.env.SEED);
const numRuns = Number(process.env.RUNS ?? 400);

const races = suite('races');

races('(1-7): whatever overlaps, nothing is lost and nothing settled comes again', async () => {
  const found = await runRaces({ seed, numRuns });
  assert.not(found.failed, fc.defaultReportMessage(found));
});

races.run();
