import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { runModel } from './model/run-model.js';

/**
 * The core beside a plain list of messages: random commands, each carried out in both, and compared after each.
 * `SEED=… RUNS=…` repeats or lengthens a run; a failure prints its seed and the shortest commands that fail.
 */
const seed = process.env.SEED === undefined ? undefined : Number(process.env.SEED);
const numRuns = Number(process.env.RUNS ?? 1_000);

const model = suite('model');

model('(1-8): the core does what a plain list of messages says', async () => {
  const found = await runModel({ seed, numRuns });
  assert.not(found.failed, fc.defaultReportMessage(found));
});

model.run();
