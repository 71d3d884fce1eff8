import { isFull } from '../../protocol/errors.js';
import type { Limits } from '../../protocol/limits.js';
import type { Delay, Delayed, DelayedUpdated, EnteredDue, UpdateDelayed } from '../../store/store.js';
import type { Clock, Timer } from '../clock.js';
import type { Topics } from '../topics/topics.js';
import type { GroupCommit } from './group-commit.js';
import type { Log } from './log.js';

export interface DelaysParts {
  commit: GroupCommit;
  log: Log;
  topics: Topics;
  clock: Clock;
  limits: Limits;
}

/** When delayed messages are due: they are on disk at once, and enter the log then. */
export class Delays {
  readonly #parts: DelaysParts;
  #timer: Timer | null = null;
  #nextDueAt: number | null = null;
  #isStopped = false;

  constructor(parts: DelaysParts) {
    this.#parts = parts;
  }

  async add(delay: Delay): Promise<Delayed['outcome']> {
    const { outcome } = await this.#parts.commit.submit(delay);
    if (outcome === 'stored') this.#expect(delay.dueAt);
    return outcome;
  }

  /** Changes one, also when it is due. */
  async update(update: UpdateDelayed): Promise<DelayedUpdated['outcome']> {
    const { outcome } = await this.#parts.commit.submit(update);
    if (outcome === 'updated') this.#expect(update.dueAt);
    return outcome;
  }

  #expect(dueAt: number): void {
    if (this.#nextDueAt === null || dueAt < this.#nextDueAt) this.waitUntil(dueAt);
  }

  /** Looks again at that time (Unix milliseconds); null: nothing is delayed. */
  waitUntil(dueAt: number | null): void {
    this.#timer?.cancel();
    this.#timer = null;
    this.#nextDueAt = dueAt;
    if (dueAt === null || this.#isStopped) return;
    // A timer cannot wait longer than 2^31 ms; it looks again then.
    const waitMs = Math.min(Math.max(0, dueAt - this.#parts.clock.nowMs()), 2 ** 31 - 1);
    this.#timer = this.#parts.clock.after(waitMs, () => this.#enter());
  }

  stop(): void {
    this.#isStopped = true;
    this.waitUntil(null);
  }

  #enter(): void {
    this.#timer = null;
    this.#nextDueAt = null;
    const operation = {
      kind: 'enter_due',
      now: this.#parts.clock.nowMs(),
      limit: this.#parts.limits.sweep_messages,
    } as const;
    this.#parts.commit
      .submit(operation, result => this.#entered(result))
      .catch((error: unknown) => {
        // An I/O error has stopped the broker already; there is nobody else to tell.
        if (isFull(error)) this.#expect(this.#parts.clock.nowMs() + this.#parts.limits.full_disk_wait_ms);
      });
  }

  #entered({ entered, nextDueAt }: EnteredDue): void {
    for (const { topicId, position, priority, subIds } of entered) {
      const topic = this.#parts.topics.byId(topicId);
      topic.lastPublishedMicros = this.#parts.clock.nowMicros();
      if (subIds.length > 0) this.#parts.log.addressed(subIds, priority);
      else this.#parts.log.entered(topic, position, priority);
    }
    if (nextDueAt !== null) this.#expect(nextDueAt);
  }
}
