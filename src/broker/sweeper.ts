import type { Limits } from '../protocol/limits.js';
import type { Position, Store, SweepExpired, SweepMailbox, SweepSettled } from '../store/store.js';
import type { Clock, Timer } from './clock.js';
import type { Counters } from './counters.js';
import { deadLetterTopic } from './dead-letters.js';
import type { DepthLimits } from './depth-limits.js';
import type { Endpoints } from './endpoints.js';
import type { GroupCommit } from './group-commit.js';
import { LowWater } from './low-water.js';
import { never, type Stretch } from './stretches.js';
import type { Topic } from './topic.js';
import type { Topics } from './topics.js';

/** Of the time of the store, sweeping takes at most one part in so many. */
const restPerWork = 4;

export interface SweeperParts {
  store: Store;
  topics: Topics;
  endpoints: Endpoints;
  commit: GroupCommit;
  depthLimits: DepthLimits;
  clock: Clock;
  limits: Limits;
  counters: Counters;
}

/**
 * Removes what nobody needs any more: messages that expired, and those below the low-water mark, which everyone who may
 * see them has settled. In bounded steps with rests between, so that publishing hardly notices.
 */
export class Sweeper {
  readonly #parts: SweeperParts;
  /** The activity at the last pass over the subscriptions. */
  #seen = -1;
  #wasQuiet = false;
  #timer: Timer | null = null;
  #isStopped = false;
  #working: Promise<void> = Promise.resolve();
  /** Up to where the last sweep of a topic went, by its id, in each priority. */
  readonly #sweptTo = new Map<number, Position[]>();

  constructor(parts: SweeperParts) {
    this.#parts = parts;
  }

  start(): void {
    if (this.#isStopped) return;
    this.#timer = this.#parts.clock.after(this.#parts.limits.sweep_interval_ms, () => {
      this.#timer = null;
      this.#working = this.sweep()
        // An I/O error has stopped the broker already; there is nobody else to tell.
        .catch(() => {})
        .finally(() => this.start());
    });
  }

  /** Resolves when the step under way is over. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#timer?.cancel();
    await this.#working;
  }

  /** One pass over everything. */
  async sweep(): Promise<void> {
    const now = this.#parts.clock.nowMs();
    this.#parts.counters.sweptExpired += await this.#repeat({
      kind: 'sweep_expired',
      now,
      limit: this.#parts.limits.sweep_messages,
    });
    const activity = this.#activity();
    const isQuiet = activity === this.#seen;
    // One pass more after the last activity, because the pass at that time may have seen it before it was on disk.
    if (isQuiet && this.#wasQuiet) return;
    this.#wasQuiet = isQuiet;
    this.#seen = activity;
    await this.#sweepSettled();
  }

  /** Rises whenever there may be something new to sweep. */
  #activity(): number {
    const { published, settled, expired, deleted, deadLettered, unsubscribed, cleared, overDepth } =
      this.#parts.counters;
    return published + settled + expired + deleted + deadLettered + unsubscribed + cleared + overDepth;
  }

  async #sweepSettled(): Promise<void> {
    const lowWater = new LowWater(this.#parts.commit.committed, (endpointId, topicName) =>
      this.#rightsOn(endpointId, topicName),
    );
    for (let afterId = 0; !this.#isStopped; ) {
      const rows = await this.#parts.store.listSubscriptions(afterId, this.#parts.limits.sweep_subscriptions);
      if (rows.length === 0) break;
      for (const row of rows) lowWater.note(row);
      await this.#parts.depthLimits.check(rows);
      afterId = rows[rows.length - 1]!.id;
      await this.#rest(1);
    }
    for (const topic of this.#parts.topics.all()) {
      if (this.#isStopped) return;
      const upto = lowWater.of(topic.name);
      // Dead letters are for people, who come when they have time: these stay until they expire.
      if (topic.name === deadLetterTopic || !this.#hasMore(topic, upto)) continue;
      this.#parts.counters.sweptSettled += await this.#repeat({
        kind: 'sweep_settled',
        topicId: topic.id,
        upto,
        limit: this.#parts.limits.sweep_messages,
      });
      this.#sweptTo.set(topic.id, upto);
    }
    for (const [subId, upto] of lowWater.mailboxes()) {
      if (this.#isStopped) return;
      this.#parts.counters.sweptSettled += await this.#repeat({
        kind: 'sweep_mailbox',
        subId,
        upto,
        limit: this.#parts.limits.sweep_messages,
      });
    }
  }

  /** Sweeping an idle topic again is work for nothing, and there may be many. */
  #hasMore(topic: Topic, upto: Position[]): boolean {
    const swept = this.#sweptTo.get(topic.id);
    return upto.some((position, p) => p > 0 && Math.min(position, topic.last) > (swept?.[p] ?? 0));
  }

  #rightsOn(endpointId: number, topicName: string): readonly Stretch[] {
    const topic = this.#parts.topics.find(topicName);
    return topic ? this.#parts.endpoints.byId(endpointId).rightsOn(topic) : never;
  }

  /** Repeats a sweep until nothing is left, with a rest after each step. Answers how much was removed. */
  async #repeat(operation: SweepExpired | SweepSettled | SweepMailbox): Promise<number> {
    let removed = 0;
    for (let more = true; more && !this.#isStopped; ) {
      const startedAt = this.#parts.clock.nowMs();
      const swept = await this.#parts.commit.submit(operation);
      removed += swept.removed;
      more = swept.more;
      if (more) await this.#rest((this.#parts.clock.nowMs() - startedAt) * restPerWork);
    }
    return removed;
  }

  #rest(ms: number): Promise<void> {
    return new Promise(resolve => void this.#parts.clock.after(ms, resolve));
  }
}
