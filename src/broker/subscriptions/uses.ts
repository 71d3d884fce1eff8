import type { Uptime } from '../../store/store.js';
import type { Clock } from '../clock.js';
import type { GroupCommit } from '../publish/group-commit.js';
import type { Topic } from '../topics/topic.js';
import type { Subscriptions } from './subscriptions.js';
import { UptimeClock } from './uptime-clock.js';

export interface UsesParts {
  subscriptions: Subscriptions;
  commit: GroupCommit;
  clock: Clock;
}

/** Notes that are written with one operation. */
const notesAtOnce = 1_000;
/** At most so much of the time that the broker was up is forgotten when it is killed. */
const forgottenMsMax = 60_000;

/**
 * Notes when subscriptions are used, for topics that some day end those that are not. Nothing is noted while there is no
 * such topic. Times are those of the uptime, so what happens to nobody while no broker is up does not count.
 */
export class Uses {
  /** Those with a `limit_sub_inactivity`. */
  readonly topics = new Set<Topic>();
  /** The uptime at which this process began. */
  readonly startedAt: number;
  readonly #parts: UsesParts;
  readonly #clock: UptimeClock;
  /** Used since the last note was written: when last. Null: nobody asks. */
  #fresh: Map<number, number> | null = null;
  #notedSince: number | null;
  #written: Uptime;

  constructor(parts: UsesParts, uptime: Uptime) {
    this.#parts = parts;
    this.#clock = new UptimeClock(parts.clock, uptime.ms);
    this.startedAt = uptime.ms;
    this.#notedSince = uptime.notedSince;
    this.#written = uptime;
  }

  /** As of the last `look`. */
  get now(): number {
    return this.#clock.ms;
  }

  get isNoted(): boolean {
    return this.#fresh !== null;
  }

  /** The options of the topic are new, or others than before. */
  renew(topic: Topic): void {
    if (topic.options.limit_sub_inactivity !== null) this.topics.add(topic);
    else if (!this.topics.delete(topic)) return;
    if (this.topics.size > 0) this.#begin();
  }

  /** At the start, when all topics are known: goes on where the last process ended. */
  resume(topics: Iterable<Topic>): void {
    for (const topic of topics) if (topic.options.limit_sub_inactivity !== null) this.topics.add(topic);
    if (this.topics.size === 0) return;
    this.#fresh = new Map();
    this.#notedSince ??= this.#clock.ms;
  }

  /** The subscription is used, or its use has ended. */
  note({ id }: { id: number }): void {
    this.#fresh?.set(id, this.#clock.ms);
  }

  /** Used so lately that it was not written yet. */
  isFresh(subId: number): boolean {
    return this.#fresh?.has(subId) ?? false;
  }

  /** True if somebody has the subscription at this moment, waits for its messages, or has some that are not settled. */
  isInUse(subId: number): boolean {
    const subscription = this.#parts.subscriptions.peek(subId);
    if (!subscription) return false;
    const { attachment, waiters, inFlight } = subscription;
    return attachment !== null || inFlight > 0 || (waiters?.length ?? 0) > 0;
  }

  /** Milliseconds for which nobody has used what was last used then. */
  idleMs(usedAt: number): number {
    return this.#clock.ms - Math.max(usedAt, this.#notedSince ?? this.#clock.ms);
  }

  /** Lets time go on. Once there is no topic any more that asks, it ends what it does. */
  look(): void {
    this.#clock.look();
    for (const topic of this.topics) if (topic.isDeleted) this.topics.delete(topic);
    if (this.topics.size > 0 || !this.#fresh) return;
    this.#fresh = null;
    this.#notedSince = null;
  }

  /** There is something to write. */
  get isDue(): boolean {
    if (this.#written.notedSince !== this.#notedSince) return true;
    if (!this.#fresh) return false;
    return this.#fresh.size > 0 || this.#clock.ms - this.#written.ms >= forgottenMsMax;
  }

  /** Writes a part of the notes. Those that the store did not take are written later. */
  async write(): Promise<void> {
    const entries = [...(this.#fresh ?? [])].slice(0, notesAtOnce);
    for (const [id] of entries) this.#fresh?.delete(id);
    const subIds = entries.map(([id]) => id);
    const usedAt = entries.map(([id, ms]) => (this.isInUse(id) ? null : ms));
    const uptime = { ms: this.#clock.ms, notedSince: this.#notedSince };
    try {
      await this.#parts.commit.submit({ kind: 'note_uses', subIds, usedAt, uptime });
      this.#written = uptime;
    } catch (error) {
      for (const [id, ms] of entries) if (!this.#fresh?.has(id)) this.#fresh?.set(id, ms);
      throw error;
    }
  }

  /** Writes what there is to write, at the end. A full disk does not hold it up: what it does not take is forgotten. */
  async stop(): Promise<void> {
    this.look();
    try {
      // Once at least, for the time.
      if (this.isNoted) await this.write();
      while (this.isDue) await this.write();
    } catch {
      // Who used it last within the last seconds only: the next process gives all of them some time to come back.
    }
  }

  /** What was not noted so far counts as used now; what somebody has at this moment is noted as that. */
  #begin(): void {
    if (this.#fresh) return;
    this.#fresh = new Map();
    this.#notedSince = this.#clock.look();
    for (const subscription of this.#parts.subscriptions.loaded()) this.note(subscription);
  }
}
