import type { Setup } from '../setup.js';
import type { Holdfast } from '../subject/holdfast.js';
import type { Curve, CurveRun } from './curve.js';
import { StoreFiles } from './fill/store-file.js';
import { publishFigures, publishing, spreadJob, startScaleGenerator } from './publishing.js';
import { measureLine, type Sized } from './rounds.js';
import type { ScaleSizes } from './sizes.js';

const title = 'Many topics';
const topicPrefix = '/bench/many/topic-';

async function run(setup: Setup, sizes: ScaleSizes): Promise<Curve> {
  const stores = new StoreFiles(setup);
  const generator = startScaleGenerator(setup);
  const sized: Sized[] = [];
  for (const topics of sizes.topics) {
    const directory = await stores.fill([{ kind: 'topics', prefix: topicPrefix, count: topics }]);
    const job = spreadJob(sizes, { topicPrefix, topics, listenTo: '/**', messages: Math.max(sizes.messages, topics) });
    sized.push(restarted(setup, topics, directory, server => publishing(generator, topics, server, () => job)));
  }
  return {
    name: 'topics',
    title,
    grows: 'topics',
    load: `Publishes of ${sizes.dataBytes} B, each to the next topic, and a live subscriber to /** that acknowledges them; the server is started anew for each round.`,
    figures: [
      ...publishFigures,
      { column: 'seconds', title: 'start of the server, seconds', digits: 2 },
      { column: 'rss_mib', title: 'server memory, MiB', digits: 0 },
    ],
    lines: [await measureLine('publish', sized, setup.options.rounds)],
  };
}

/** Each round has a new server on the same store, so that starts are measured as often as everything else. */
function restarted(setup: Setup, x: number, directory: string, on: (server: Holdfast) => Sized): Sized {
  const measure = async (round: number) => {
    const server = await setup.startHoldfast({ directory });
    const measured = await on(server).measure(round);
    await server.stop();
    return { ...measured, seconds: server.readySeconds };
  };
  return { x, measure };
}

/** A topic is an entry of a map and, while somebody listens to it, a tail. */
export const topics: CurveRun = { title, run };
