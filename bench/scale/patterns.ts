import type { Generator } from '../generator.js';
import type { Setup } from '../setup.js';
import type { Holdfast } from '../subject/holdfast.js';
import type { Curve, CurveLine, CurveRun } from './curve.js';
import { StoreFiles } from './fill/store-file.js';
import type { ScaleJob, SpreadJob } from './load/job.js';
import { coveredPrefix, patternOf } from './names.js';
import { publishFigures, publishing, spreadJob, startScaleGenerator } from './publishing.js';
import { measureLine, type Sized } from './rounds.js';
import type { ScaleSizes } from './sizes.js';

/** What is published in a round. One of the patterns covers it. */
type JobOf = (round: number) => SpreadJob;

/** The first pattern is that of the subscriber who is served; the others are held on a few sockets. */
async function startLive(setup: Setup, { patternSockets }: ScaleSizes, patterns: number): Promise<Holdfast> {
  const server = await setup.startHoldfast();
  const held = { kind: 'hold', first: 1, count: patterns - 1, sockets: patternSockets } as const;
  await startScaleGenerator(setup).prepare(server.target, held);
  return server;
}

async function startAbsent(setup: Setup, stores: StoreFiles, patterns: number): Promise<Holdfast> {
  const order = { kind: 'subscriptions', to: 'patterns', namePrefix: 'absent-', count: patterns } as const;
  return setup.startHoldfast({ directory: await stores.fill([order]) });
}

async function measureBoth(setup: Setup, sizes: ScaleSizes, jobOf: JobOf): Promise<CurveLine[]> {
  const stores = new StoreFiles(setup);
  const generator: Generator<ScaleJob> = startScaleGenerator(setup);
  const live: Sized[] = [];
  const absent: Sized[] = [];
  for (const patterns of sizes.patterns) {
    const listening = (round: number) => ({ ...jobOf(round), listenTo: patternOf(0) });
    live.push(publishing(generator, patterns, await startLive(setup, sizes, patterns), listening));
    absent.push(publishing(generator, patterns, await startAbsent(setup, stores, patterns), jobOf));
  }
  const { rounds } = setup.options;
  return [await measureLine('live', live, rounds), await measureLine('absent', absent, rounds)];
}

const grows = 'subscriptions, each with a pattern of its own';

async function runPatterns(setup: Setup, sizes: ScaleSizes): Promise<Curve> {
  const job = spreadJob(sizes, { topicPrefix: coveredPrefix });
  return {
    name: 'patterns',
    title: patterns.title,
    grows,
    load: `Publishes of ${sizes.dataBytes} B to one topic that one of the patterns covers: once with all subscribers there, on ${sizes.patternSockets} sockets, the one that is concerned acknowledging what it gets, and once with all away.`,
    figures: publishFigures,
    lines: await measureBoth(setup, sizes, () => job),
  };
}

async function runMatching(setup: Setup, sizes: ScaleSizes): Promise<Curve> {
  const topicsOf = (round: number) => ({ firstTopic: round * sizes.newTopics, topics: sizes.newTopics });
  const job = spreadJob(sizes, { topicPrefix: coveredPrefix, messages: sizes.newTopics });
  return {
    name: 'matching',
    title: matching.title,
    grows,
    load: 'The same, but every publish is the first one to its topic: a topic is made, and the patterns that cover it are looked for.',
    figures: publishFigures,
    lines: await measureBoth(setup, sizes, round => ({ ...job, ...topicsOf(round) })),
  };
}

/** Which patterns cover a topic is found once. */
export const patterns: CurveRun = { title: 'Many patterns', run: runPatterns };

/** And it is found by walking down a tree with the name, not by trying each. */
export const matching: CurveRun = { title: 'Many patterns, and a topic that is new', run: runMatching };
