import { priorityMax, priorityMin } from '../protocol/message.js';
import type { CountQuery, CountRange, Position, Priority, Store } from '../store/store.js';
import type { Clock } from './clock.js';
import type { GroupCommit } from './group-commit.js';
import type { Ranges } from './ranges.js';
import type { Subscription } from './subscription.js';
import type { Topic } from './topic.js';
import type { Topics } from './topics.js';

export interface DepthParts {
  store: Store;
  topics: Topics;
  commit: GroupCommit;
  clock: Clock;
}

const priorities = Array.from({ length: priorityMax - priorityMin + 1 }, (_, index) => priorityMin + index);

/** Counts queues: what is visible, not settled and not expired. A depth is counted when it is asked for, never kept. */
export class Depth {
  readonly #parts: DepthParts;

  constructor(parts: DepthParts) {
    this.#parts = parts;
  }

  /** Messages in the queue, in flight ones included. */
  async of(subscription: Subscription): Promise<number> {
    const inOverlay = this.#inOverlay(subscription);
    const inLanes = await Promise.all([
      this.#inBrokenLanes(subscription),
      this.#parts.store.count(this.#query(subscription)),
    ]);
    return inOverlay + inLanes[0] + inLanes[1];
  }

  /** Messages of a topic that have not expired and have not been swept. */
  ofTopic(topic: Topic): Promise<number> {
    const ranges: CountRange[] = [];
    for (let priority = priorityMin; priority <= priorityMax; priority += 1) {
      ranges.push({ topicId: topic.id, priority, from: 0, to: this.#parts.commit.committed });
    }
    return this.#parts.store.count({ ranges, mailbox: null, now: this.#parts.clock.nowMs() });
  }

  #query(subscription: Subscription): CountQuery {
    const { lanes, interests, id: subId } = subscription;
    const upto = this.#parts.commit.committed;
    const ranges: CountRange[] = [];
    const after = nowhere(upto);
    let oldest = upto;
    // A lane at rest may have an old cursor, above which a wide subscription has many topics with news of other priorities.
    const moving = priorities.filter(priority => !subscription.isAtRest(priority));
    for (const priority of moving) oldest = Math.min(oldest, lanes.cursorOf(priority));
    const scope = oldest < upto ? interests.scope(this.#parts.topics, oldest) : [];
    for (const priority of moving) {
      const cursor = lanes.cursorOf(priority);
      const ahead = aheadOf(subscription, priority);
      if (!ahead) after[priority] = cursor;
      for (const { topicId } of scope) {
        for (const stretch of interests.view(this.#parts.topics.byId(topicId))) {
          const start = Math.max(cursor, stretch.from);
          const end = Math.min(upto, stretch.to);
          const gaps = ahead?.gaps(start, end) ?? (start < end ? [[start, end] as const] : []);
          for (const [gapFrom, gapTo] of gaps) ranges.push({ topicId, priority, from: gapFrom, to: gapTo });
        }
      }
    }
    return { ranges, mailbox: { subId, after, upto }, now: this.#parts.clock.nowMs() };
  }

  /**
   * The mailbox in lanes with messages settled ahead of the cursor. It is counted between them, range by range, but
   * only if there is anything: most subscriptions have an empty mailbox.
   */
  async #inBrokenLanes(subscription: Subscription): Promise<number> {
    const { lanes, id: subId } = subscription;
    const now = this.#parts.clock.nowMs();
    const upto = this.#parts.commit.committed;
    const whole = nowhere(upto);
    const gaps: { after: Position[]; upto: Position }[] = [];
    for (let priority = priorityMin; priority <= priorityMax; priority += 1) {
      const ahead = aheadOf(subscription, priority);
      if (!ahead) continue;
      whole[priority] = lanes.cursorOf(priority);
      for (const [from, to] of ahead.gaps(whole[priority]!, upto)) {
        const after = nowhere(to);
        after[priority] = from;
        gaps.push({ after, upto: to });
      }
    }
    if (gaps.length === 0) return 0;
    if ((await this.#parts.store.count({ ranges: [], mailbox: { subId, after: whole, upto }, now })) === 0) return 0;
    const counts = gaps.map(gap => this.#parts.store.count({ ranges: [], mailbox: { subId, ...gap }, now }));
    return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
  }

  #inOverlay({ overlay }: Subscription): number {
    const now = this.#parts.clock.nowMs();
    let count = 0;
    for (const entry of overlay.entries()) if (!entry.isInPlace && entry.expiresAt > now) count += 1;
    return count;
  }
}

/** What is settled ahead of the cursor of a lane, or null if nothing is. */
function aheadOf({ lanes }: Subscription, priority: Priority): Ranges | null {
  const ahead = lanes.peek(priority)?.ahead;
  return ahead && ahead.size > 0 ? ahead : null;
}

/** Indexed by priority: nothing is after these. */
function nowhere(upto: Position): Position[] {
  return new Array<Position>(priorityMax + 1).fill(upto);
}
