import { priorityMax, priorityMin } from '../protocol/message.js';
import type { CountQuery, CountRange, Position, Store } from '../store/store.js';
import type { Clock } from './clock.js';
import type { GroupCommit } from './group-commit.js';
import type { Subscription } from './subscription.js';
import type { Topic } from './topic.js';
import type { Topics } from './topics.js';

/** Counts queues: what is visible, not settled and not expired. A depth is counted when it is asked for, never kept. */
export class Depth {
  readonly #store: Store;
  readonly #topics: Topics;
  readonly #commit: GroupCommit;
  readonly #clock: Clock;

  constructor(parts: { store: Store; topics: Topics; commit: GroupCommit; clock: Clock }) {
    this.#store = parts.store;
    this.#topics = parts.topics;
    this.#commit = parts.commit;
    this.#clock = parts.clock;
  }

  /** Messages in the queue, in flight ones included. */
  async of(subscription: Subscription): Promise<number> {
    return (await this.#store.count(this.#query(subscription))) + this.#inOverlay(subscription);
  }

  /** Messages of a topic that have not expired and have not been swept. */
  ofTopic(topic: Topic): Promise<number> {
    const ranges: CountRange[] = [];
    for (let priority = priorityMin; priority <= priorityMax; priority += 1) {
      ranges.push({ topicId: topic.id, priority, from: 0, to: this.#commit.committed });
    }
    return this.#store.count({ ranges, mailbox: null, now: this.#clock.nowMs() });
  }

  #query(subscription: Subscription): CountQuery {
    const { lanes, interests, id: subId } = subscription;
    const upto = this.#commit.committed;
    const ranges: CountRange[] = [];
    const after = new Array<Position>(priorityMax + 1).fill(upto);
    const scope = interests.scope(this.#topics);
    for (let priority = priorityMin; priority <= priorityMax; priority += 1) {
      const cursor = lanes.cursorOf(priority);
      after[priority] = cursor;
      for (const { topicId } of scope) {
        for (const stretch of interests.view(this.#topics.byId(topicId))) {
          const start = Math.max(cursor, stretch.from);
          const end = Math.min(upto, stretch.to);
          const gaps = lanes.peek(priority)?.ahead.gaps(start, end) ?? (start < end ? [[start, end] as const] : []);
          for (const [gapFrom, gapTo] of gaps) ranges.push({ topicId, priority, from: gapFrom, to: gapTo });
        }
      }
    }
    return { ranges, mailbox: { subId, after, upto }, now: this.#clock.nowMs() };
  }

  #inOverlay({ overlay }: Subscription): number {
    const now = this.#clock.nowMs();
    let count = 0;
    for (const entry of overlay.entries()) if (!entry.isInPlace && entry.expiresAt > now) count += 1;
    return count;
  }
}
