import { fileURLToPath } from 'node:url';
import type { Generator } from '../generator.js';
import type { LoadCost } from '../load/job.js';
import type { Target } from '../load/socket.js';
import type { Loader } from '../measure.js';
import type { Round } from '../result.js';
import type { Setup } from '../setup.js';
import type { ArriveJob, PublishersJob, ReturnJob, StormJob } from './job.js';

const stormMain = fileURLToPath(new URL('./main.js', import.meta.url));
/** Processes that play the devices, because neither the descriptors nor the core of one are enough for all. */
const processes = 2;
const bystanderEveryMs = 10;

type CrowdJob = ArriveJob | ReturnJob | PublishersJob;
/** A job of all devices together, of which each process gets its share. */
export type WholeJob<J = CrowdJob> = J extends CrowdJob
  ? Omit<J, 'first' | 'end' | 'source'> & { devices: number }
  : never;

/** Several load generators that do one job together, and a bystander who tells what others notice of it. */
export class Crowds implements Loader<WholeJob> {
  readonly #generators: Generator<StormJob>[];
  readonly #bystander: Generator<StormJob>;

  constructor(setup: Setup) {
    this.#generators = Array.from({ length: processes }, () => setup.startGenerator<StormJob>(stormMain));
    this.#bystander = setup.startGenerator<StormJob>(stormMain);
  }

  async prepare(target: Target, { devices, ...job }: WholeJob): Promise<void> {
    await Promise.all(
      this.#generators.map((generator, index) => {
        const share = (upto: number) => Math.floor((devices * upto) / processes);
        const own = { first: share(index), end: share(index + 1), source: `127.0.0.${index + 2}` };
        return generator.prepare(target, { ...job, ...own });
      }),
    );
    const { dataBytes } = job;
    const topicName = '/bench/bystander';
    await this.#bystander.prepare(target, { kind: 'bystander', topicName, dataBytes, everyMs: bystanderEveryMs });
  }

  /** Seconds of the slowest, costs and refusals of all, and the latencies of the bystander if the crowd has none. */
  async go(): Promise<LoadCost> {
    const costs = await Promise.all(this.#generators.map(generator => generator.go()));
    const seconds = Math.max(...costs.map(cost => cost.seconds));
    const bystander = await this.#bystander.go();
    return {
      seconds,
      cpuSeconds: [...costs, bystander].reduce((sum, cost) => sum + cost.cpuSeconds, 0),
      figures: { ...bystander.figures, seconds, ...costs.map(cost => cost.figures).reduce(united) },
    };
  }

  async end(): Promise<void> {
    await Promise.all([...this.#generators, this.#bystander].map(generator => generator.end()));
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#generators, this.#bystander].map(generator => generator.stop()));
  }
}

/** Refusals of both together, and of latencies the worse. */
function united(one: Round, other: Round): Round {
  const both: Round = {};
  for (const column of new Set([...Object.keys(one), ...Object.keys(other)] as (keyof Round)[])) {
    const [a, b] = [one[column] ?? 0, other[column] ?? 0];
    both[column] = column === 'refused' ? a + b : Math.max(a, b);
  }
  return both;
}
