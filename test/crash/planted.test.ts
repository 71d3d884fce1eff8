// time limit: 600 s
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { faultyServer } from './broker-process.js';
import { check, report } from './check.js';
import { crashLoop } from './crash-loop.js';
import type { FaultName } from './faulty-store.js';
import { seedOf } from './random.js';
import { Trial } from './trial.js';

const test = suite('crash: a fault in the store is found');

/** The fault, and the rule that it breaks; the empty one shows that it is the fault that is found. */
const expected: [FaultName, string | null][] = [
  ['none', null],
  ['answersBeforeCommit', 'lost'],
  ['passesTheUnsettled', 'lost'],
  ['forgetsWhatWasSent', 'counts'],
  ['forgetsSettlements', 'settled'],
  ['usesPositionsTwice', 'ids'],
  ['swapsNeighbours', 'order'],
  ['sendsTheExpired', 'expired'],
  ['altersMessages', 'invented'],
  ['forgetsHolds', 'held'],
  ['forgetsTopicOptions', 'switched_off'],
  ['losesTheRedriven', 'lost'],
  ['tellsEveryone', 'invented'],
  ['forgetsDraws', 'ids'],
];

const seed = seedOf(process.env);

for (const [fault, rule] of expected) {
  test(`${fault}: ${rule ?? 'nothing is found'}`, async () => {
    const trial = new Trial(seed);
    // The subscriber that comes in every third round is the one to find what expired in the two between.
    try {
      await crashLoop(trial, {
        entry: faultyServer,
        env: { FAULT: fault },
        kills: rule === 'expired' ? 4 : 3,
        lifeMs: [300, 500],
      });
      const found = check(trial.history);
      const isExpected = rule === null ? found.length === 0 : found.some(one => one.rule === rule);
      assert.ok(isExpected, `expected ${rule ?? 'nothing'}, found:\n${report(found)}`);
    } finally {
      trial.remove();
    }
  });
}

test.run();
