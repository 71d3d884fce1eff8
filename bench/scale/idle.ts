import type { Generator } from '../generator.js';
import type { Round } from '../result.js';
import type { Setup } from '../setup.js';
import type { Server } from '../subject/server.js';
import { settledRss } from '../subject/settled-rss.js';
import type { Curve, CurveLine, CurveRun } from './curve.js';
import type { ScaleSizes } from './sizes.js';

const title = 'Idle connections';
const kibibyte = 1024;
const mebibyte = 1024 * 1024;

type Start = () => Promise<Server>;

async function run(setup: Setup, { idleConnections }: ScaleSizes): Promise<Curve> {
  // A generator keeps what one step has opened while the next one opens more.
  const keepers = idleConnections.map(() => setup.startGenerator());
  const starts: [string, Start][] = [
    ['Holdfast', () => setup.startHoldfast()],
    ['bare ws', () => setup.startBare({ program: 'idle' })],
  ];
  const lines = starts.map(([name]): CurveLine => ({ name, points: idleConnections.map(x => ({ x, rounds: [] })) }));
  for (let round = 0; round < setup.options.rounds; round += 1) {
    for (const [index, [, start]] of starts.entries()) {
      const measured = await climb(await start(), keepers, idleConnections);
      for (const [step, point] of lines[index]!.points.entries()) point.rounds.push(measured[step]!);
    }
  }
  return {
    name: 'idle',
    title,
    grows: 'idle connections',
    load: 'Sockets with a subscription each, that do nothing; the least RSS of a second, as an operator sees it grow. A new server for each round.',
    figures: [
      { column: 'rss_mib', title: 'server memory, MiB', digits: 0 },
      { column: 'kib_each', title: 'growth since the start, KiB per connection', digits: 1 },
    ],
    lines,
  };
}

/** One server, on which more and more connections are opened. */
async function climb(server: Server, keepers: readonly Generator[], connections: readonly number[]): Promise<Round[]> {
  const rounds: Round[] = [];
  let opened = 0;
  let least = 0;
  for (const [step, total] of connections.entries()) {
    const job = {
      kind: 'idle',
      topicName: '/bench/idle',
      sockets: total - opened,
      namePrefix: `idle-${step}-`,
    } as const;
    await keepers[step]!.prepare(server.target, job);
    opened = total;
    const rss = await settledRss(server);
    if (step === 0) least = rss;
    const growth = total === 0 ? {} : { kib_each: (rss - least) / kibibyte / total };
    rounds.push({ rss_mib: rss / mebibyte, ...growth });
  }
  for (const keeper of keepers) await keeper.end();
  await server.stop();
  return rounds;
}

/** A connection is a socket, a session and a subscription that nothing has happened to. */
export const idle: CurveRun = { title, run };
