import { fileURLToPath } from 'node:url';
import type { Generator } from '../generator.js';
import { measureRound } from '../measure.js';
import type { Setup } from '../setup.js';
import type { Server } from '../subject/server.js';
import type { CurveFigure } from './curve.js';
import type { ScaleJob, SpreadJob } from './load/job.js';
import type { Sized } from './rounds.js';
import type { ScaleSizes } from './sizes.js';

const loadMain = fileURLToPath(new URL('./load/main.js', import.meta.url));

export const publishFigures: CurveFigure[] = [
  { column: 'per_second', title: 'publishes per second', digits: 0 },
  { column: 'cpu_us', title: 'server CPU, µs per publish', digits: 1 },
];

export function startScaleGenerator(setup: Setup): Generator<ScaleJob> {
  return setup.startGenerator<ScaleJob>(loadMain);
}

/** A plain load of publishes, of which a curve changes what it is about. */
export function spreadJob(sizes: ScaleSizes, changes: Partial<SpreadJob>): SpreadJob {
  const { dataBytes, window, messages } = sizes;
  const plain = { topicPrefix: '/bench/topic-', firstTopic: 0, topics: 1, priorities: 1, listenTo: null };
  return { kind: 'spread', dataBytes, window, messages, ...plain, ...changes };
}

/** Rounds of publishes on a server on which the work has the size `x`. */
export function publishing(
  generator: Generator<ScaleJob>,
  x: number,
  server: Server,
  jobOf: (round: number) => SpreadJob,
): Sized {
  return {
    x,
    measure: round => {
      const job = jobOf(round);
      return measureRound(generator, { name: String(x), server, job, unitsPerRound: job.messages });
    },
  };
}
