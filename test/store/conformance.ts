import { suite } from 'uvu';
import type { Bench, Case } from './conformance/bench.js';
import { countCases } from './conformance/count.js';
import { delayedCases } from './conformance/delayed.js';
import { deletedTopicCases } from './conformance/deleted-topics.js';
import { directoryCases } from './conformance/directory.js';
import { interestCases } from './conformance/interest.js';
import { keptCases } from './conformance/kept.js';
import { letterCases } from './conformance/letters.js';
import { logCases } from './conformance/log.js';
import { namedCases } from './conformance/named.js';
import { pageCases } from './conformance/page.js';
import { subscriptionCases } from './conformance/subscription.js';
import { sweepCases } from './conformance/sweep.js';
import { timeMarkCases } from './conformance/time-marks.js';
import { useCases } from './conformance/uses.js';

/** What every engine of the `Store` port must do. Data, so that the cases themselves can be shown to find faults. */
export const cases: readonly Case[] = [
  ...logCases,
  ...pageCases,
  ...namedCases,
  ...delayedCases,
  ...letterCases,
  ...countCases,
  ...directoryCases,
  ...subscriptionCases,
  ...interestCases,
  ...sweepCases,
  ...timeMarkCases,
  ...keptCases,
  ...deletedTopicCases,
  ...useCases,
];

/** Runs a suite of the cases, each on a new store. */
export function describeStore(name: string, makeBench: () => Promise<Bench>, wanted = cases): void {
  const test = suite(name);
  for (const { title, run } of wanted) {
    test(title, async () => {
      const bench = await makeBench();
      try {
        await run(bench);
      } finally {
        await bench.end();
      }
    });
  }
  test.run();
}
