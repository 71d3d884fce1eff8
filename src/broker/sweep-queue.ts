import type { Limits } from '../protocol/limits.js';
import type { SweepExpired, SweepMailbox, SweepSettled } from '../store/store.js';
import type { Clock } from './clock.js';
import type { Counters } from './counters.js';
import type { GroupCommit } from './group-commit.js';
import { rest } from './pace.js';

export type Sweep = SweepExpired | SweepSettled | SweepMailbox;

export interface SweepQueueParts {
  commit: GroupCommit;
  clock: Clock;
  limits: Limits;
  counters: Counters;
}

/**
 * What can be removed, some in each commit, with a rest after it. How much of a commit they take is bounded by the store,
 * so sweeping takes a fifth of its time at most.
 */
export class SweepQueue {
  readonly #parts: SweepQueueParts;
  #waiting: Sweep[] = [];

  constructor(parts: SweepQueueParts) {
    this.#parts = parts;
  }

  add(sweep: Sweep): void {
    this.#waiting.push(sweep);
  }

  /** What expired is looked for once in each pass, unless there was more of it than the last pass could take. */
  begin(): void {
    if (this.#waiting.some(({ kind }) => kind === 'sweep_expired')) return;
    const now = this.#parts.clock.nowMs();
    this.#waiting.unshift({ kind: 'sweep_expired', now, limit: this.#parts.limits.sweep_messages });
  }

  /** One commit. False: there was nothing to do. */
  async step(): Promise<boolean> {
    if (this.#waiting.length === 0) return false;
    const sweeps = this.#waiting.splice(0, this.#parts.limits.sweep_commit_topics);
    const swept = await Promise.all(sweeps.map(sweep => this.#parts.commit.submit(sweep)));
    const unfinished: Sweep[] = [];
    for (const [index, { removed, more }] of swept.entries()) {
      const sweep = sweeps[index]!;
      if (sweep.kind === 'sweep_expired') this.#parts.counters.sweptExpired += removed;
      else this.#parts.counters.sweptSettled += removed;
      if (more) unfinished.push(sweep);
    }
    this.#waiting = [...unfinished, ...this.#waiting];
    if (this.#waiting.length > 0) await rest(this.#parts.clock, this.#parts.limits.sweep_rest_ms);
    return true;
  }
}
