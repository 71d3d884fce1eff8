import { setTimeout as delay } from 'node:timers/promises';
import type { Generator } from './generator.js';
import type { Job } from './load/job.js';
import type { Round, Side } from './result.js';
import type { Server } from './subject/server.js';
import { readBusySeconds } from './subject/usage.js';

const mebibyte = 1024 * 1024;
const microsecondsPerSecond = 1e6;
const msPerSecond = 1_000;
/** Work that a load leaves behind, such as the commit of its last acknowledgements, is the load's cost too. */
const afterworkMs = 100;

/** One side of a comparison. */
export interface Contender<J = Job> {
  name: string;
  server: Server;
  job: J;
  /** The job of one round, if they are not all the same; round 0 only warms up. */
  jobOf?(round: number): J;
  /** What one round handles: messages published, or deliveries. */
  unitsPerRound: number;
  /** Sets the stage before each round; not measured. */
  before?(): Promise<void>;
  /** A round takes so long that nothing need be warmed up, and its warming up is left out. */
  isLong?: boolean;
}

/** What is about to be measured, and how much of all the rounds is done, from 0 to 1. */
export type OnRound = (doing: string, fraction: number) => void;

/** What everyone has used at one moment, in seconds of CPU, and the moment in ms. */
function look(server: Server) {
  const { user, system } = process.cpuUsage();
  return {
    atMs: performance.now(),
    machineSeconds: readBusySeconds(),
    benchSeconds: (user + system) / microsecondsPerSecond,
    ...server.usage(),
  };
}

/** A load generator, or several that work as one. */
export type Loader<J> = Pick<Generator<J>, 'prepare' | 'go' | 'end'>;

/** One round of one side: what its load took, and what it cost the server. */
export async function measureRound<J>(generator: Loader<J>, contender: Contender<J>): Promise<Round> {
  const { server, job, unitsPerRound } = contender;
  await contender.before?.();
  await generator.prepare(server.target, job);
  await server.loopDelayP99Ms();
  const before = look(server);
  const load = await generator.go();
  await delay(afterworkMs);
  const after = look(server);
  const loopDelayMs = await server.loopDelayP99Ms();
  await generator.end();

  const serverSeconds = after.cpuSeconds - before.cpuSeconds;
  const oursSeconds = serverSeconds + load.cpuSeconds + after.benchSeconds - before.benchSeconds;
  // Times are counted in ticks, so on an idle machine the rest may come out a little below nothing.
  const othersSeconds = Math.max(0, after.machineSeconds - before.machineSeconds - oursSeconds);
  return {
    per_second: unitsPerRound / load.seconds,
    cpu_us: (serverSeconds * microsecondsPerSecond) / unitsPerRound,
    rss_mib: after.rssBytes / mebibyte,
    load_cpu_percent: (100 * load.cpuSeconds) / load.seconds,
    others_cpu_percent: (100 * othersSeconds * msPerSecond) / (after.atMs - before.atMs),
    ...(loopDelayMs === null ? {} : { loop_p99_ms: loopDelayMs }),
    ...load.figures,
  };
}

/**
 * Rounds of all sides in turn, after one of each that only warms up. The order turns round every time, so that
 * what grows or slows down during the run meets every side alike.
 */
export async function measureInTurn<J>(
  generator: Generator<J>,
  contenders: Contender<J>[],
  rounds: number,
  onRound: OnRound = () => undefined,
): Promise<Side[]> {
  const sides = contenders.map(({ name }): Side => ({ name, rounds: [] }));
  for (let round = 0; round <= rounds; round += 1) {
    const order = contenders.map((contender, index) => ({ contender, side: sides[index]! }));
    if (round % 2 === 1) order.reverse();
    for (const [turn, { contender, side }] of order.entries()) {
      const doing = round === 0 ? 'warming up' : `round ${round} of ${rounds}`;
      onRound(doing, (round + turn / order.length) / (rounds + 1));
      if (round === 0 && contender.isLong) continue;
      const job = contender.jobOf?.(round) ?? contender.job;
      const measured = await measureRound(generator, { ...contender, job });
      if (round > 0) side.rounds.push(measured);
    }
  }
  return sides;
}
