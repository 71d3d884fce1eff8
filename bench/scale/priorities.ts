import type { Setup } from '../setup.js';
import { formatNumber } from '../table.js';
import type { Curve, CurveRun } from './curve.js';
import { draining } from './draining.js';
import { StoreFiles } from './fill/store-file.js';
import { publishing, spreadJob, startScaleGenerator } from './publishing.js';
import { measureLine, type Sized } from './rounds.js';
import type { ScaleSizes } from './sizes.js';

const title = 'Priorities mixed';
const topicPrefix = '/bench/priorities-';
/** A tenth of a second of draining is too short to be measured by ticks of a hundredth. */
const waitingMessages = 100_000;

async function run(setup: Setup, sizes: ScaleSizes): Promise<Curve> {
  const { dataBytes, drainedMessages } = sizes;
  const stores = new StoreFiles(setup);
  const generator = startScaleGenerator(setup);
  const published: Sized[] = [];
  const drained: Sized[] = [];
  for (const priorities of sizes.priorities) {
    const job = spreadJob(sizes, { topicPrefix, priorities, listenTo: '/bench/**' });
    published.push(publishing(generator, priorities, await setup.startHoldfast(), () => job));
    const backlog = { x: priorities, messages: waitingMessages, dataBytes, priorities, drainedMessages };
    drained.push(await draining(setup, stores, backlog));
  }
  const { rounds } = setup.options;
  return {
    name: 'priorities',
    title,
    grows: 'priorities in turn',
    load: `Publishes of ${dataBytes} B to a live subscriber that acknowledges, and drains of ${formatNumber(waitingMessages, 0)} waiting messages; each message has the next priority.`,
    figures: [
      { column: 'per_second', title: 'messages per second', digits: 0 },
      { column: 'cpu_us', title: 'server CPU, µs per message', digits: 1 },
    ],
    lines: [await measureLine('publish', published, rounds), await measureLine('drain', drained, rounds)],
  };
}

/** A lane for each priority, that shares one row with the others. */
export const priorities: CurveRun = { title, run };
