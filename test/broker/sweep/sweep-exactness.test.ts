import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Operation } from '../../../src/store/store.js';
import { bending } from '../../store/spoilt.js';
import { runSweep } from './run-sweep.js';

/**
 * The sweep beside the rule that it follows: subscriptions, rights and cursors change at random while hands go around,
 * and some begin in the past or go back;
 * a message that somebody is owed is never gone, and in the end the first that is left of each lane is owed to somebody.
 * `SEED=… RUNS=…` as for the model.
 */
const seed = process.env.SEED === undefined ? undefined : Number(process.env.SEED);
const numRuns = Number(process.env.RUNS ?? 200);

const test = suite('exactness of the sweep');

test('(1): nothing is removed that somebody is owed, and all else is, whatever changes meanwhile', async () => {
  const found = await runSweep({ seed, numRuns });
  assert.not(found.failed, fc.defaultReportMessage(found));
});

/** All sweeps of what is settled, further or less far by so many positions. */
function shifted(by: number): (operation: Operation) => Operation {
  return operation => ('upto' in operation ? { ...operation, upto: operation.upto.map(upto => upto + by) } : operation);
}

const faults = { 'that goes one too far': shifted(1), 'that stops one too early': shifted(-1) };

for (const [name, fault] of Object.entries(faults)) {
  test(`finds a sweep ${name}`, async () => {
    const found = await runSweep({ numRuns: 400, endOnFailure: true }, { wrap: store => bending(store, fault) });
    assert.ok(found.failed);
  });
}

test('finds a sweep that is not told of those who begin in the past or go back', async () => {
  const found = await runSweep({ numRuns: 400, endOnFailure: true }, { isTold: false });
  assert.ok(found.failed);
});

test.run();
