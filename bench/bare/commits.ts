import { Worker } from 'node:worker_threads';
import { Turn } from './turn.js';

/** One transaction runs while the next is on its way to the thread; with a third, none would find company. */
const commitsUnderWayMax = 2;

/**
 * What came in a turn is one transaction, with whatever else came while the two before it were under way.
 *
 * Committing in a thread of its own is the stronger baseline: 130–190 k/s at 7–9 µs of CPU against 100–120 k/s at
 * 8–9 µs for the same table on the main thread (2 cores, 256 B, window 1,000), because two threads use two cores.
 */
export class Commits {
  readonly #worker: Worker;
  readonly #committed: (turn: Turn, lastPosition: number) => void;
  readonly #underWay: Turn[] = [];
  #open = new Turn();

  /** `committed` is called once a turn is on disk, in their order. */
  constructor(directory: string, committed: (turn: Turn, lastPosition: number) => void) {
    this.#worker = new Worker(new URL('./commit-worker.js', import.meta.url), { workerData: directory });
    this.#committed = committed;
    this.#worker.on('message', (lastPosition: number) => this.#done(lastPosition));
  }

  /** The turn to add publishes to; it is committed once this turn of the event loop is over. */
  get open(): Turn {
    if (this.#open.bodies.length === 0) setImmediate(() => this.#commit());
    return this.#open;
  }

  async close(): Promise<void> {
    this.#worker.postMessage([]);
    await new Promise(resolve => this.#worker.once('exit', resolve));
  }

  #commit(): void {
    if (this.#underWay.length >= commitsUnderWayMax || this.#open.bodies.length === 0) return;
    this.#underWay.push(this.#open);
    this.#worker.postMessage(this.#open.bodies);
    this.#open = new Turn();
  }

  #done(lastPosition: number): void {
    const turn = this.#underWay.shift();
    if (turn === undefined) throw new Error('A commit that nobody asked for');
    this.#committed(turn, lastPosition);
    this.#commit();
  }
}
