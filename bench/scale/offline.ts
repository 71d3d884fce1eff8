import type { Setup } from '../setup.js';
import { formatNumber } from '../table.js';
import type { Curve, CurveRun } from './curve.js';
import { StoreFiles } from './fill/store-file.js';
import { numbered } from './names.js';
import { publishFigures, publishing, spreadJob, startScaleGenerator } from './publishing.js';
import { measureLine, type Sized } from './rounds.js';
import type { ScaleSizes } from './sizes.js';

const title = 'Publishing while subscribers are away';
const topicPrefix = '/bench/offline-';

async function run(setup: Setup, sizes: ScaleSizes): Promise<Curve> {
  const stores = new StoreFiles(setup);
  const generator = startScaleGenerator(setup);
  const job = spreadJob(sizes, { topicPrefix });
  const sized: Sized[] = [];
  for (const count of sizes.offlineSubscriptions) {
    const to = { topicName: numbered(topicPrefix, 0) };
    const directory = await stores.fill([{ kind: 'subscriptions', to, namePrefix: 'absent-', count }]);
    const server = await setup.startHoldfast({ directory });
    sized.push(publishing(generator, count, server, () => job));
  }
  return {
    name: 'offline',
    title,
    grows: 'offline subscriptions to the topic',
    load: `Publishes of ${job.dataBytes} B, up to ${formatNumber(job.window, 0)} without an answer; each subscription is owed all of them.`,
    figures: publishFigures,
    lines: [await measureLine('publish', sized, setup.options.rounds)],
  };
}

/** Nothing is done for a subscription while it is away. */
export const offline: CurveRun = { title, run };
