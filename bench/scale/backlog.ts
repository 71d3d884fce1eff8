import type { Setup } from '../setup.js';
import type { Curve, CurveRun } from './curve.js';
import { draining } from './draining.js';
import { StoreFiles } from './fill/store-file.js';
import { measureLine, type Sized } from './rounds.js';
import type { ScaleSizes } from './sizes.js';

const title = 'Draining a backlog';

async function run(setup: Setup, { backlogMessages, dataBytes, drainedMessages }: ScaleSizes): Promise<Curve> {
  const stores = new StoreFiles(setup);
  const sized: Sized[] = [];
  for (const messages of backlogMessages) {
    sized.push(await draining(setup, stores, { x: messages, messages, dataBytes, priorities: 1, drainedMessages }));
  }
  return {
    name: 'backlog',
    title,
    grows: 'messages waiting',
    load: `A subscriber comes back and takes and acknowledges everything, ${dataBytes} B each; of a short backlog several, one after the other.`,
    figures: [
      { column: 'per_second', title: 'acknowledged per second', digits: 0 },
      { column: 'cpu_us', title: 'server CPU, µs per message', digits: 1 },
      { column: 'rss_mib', title: 'server memory, MiB', digits: 0 },
    ],
    lines: [await measureLine('drain', sized, setup.options.rounds)],
  };
}

/** A page costs what is in it, and not what lies behind it. */
export const backlog: CurveRun = { title, run };
