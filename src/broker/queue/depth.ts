import { priorityMax, priorityMin } from '../../protocol/message.js';
import type { CountGap, CountQuery, CountRange, Position, Priority, Store } from '../../store/store.js';
import type { Clock } from '../clock.js';
import type { Ranges } from '../lanes/ranges.js';
import type { GroupCommit } from '../publish/group-commit.js';
import type { Subscription } from '../subscriptions/subscription.js';
import type { Topic } from '../topics/topic.js';
import type { Topics } from '../topics/topics.js';

export interface DepthParts {
  store: Store;
  topics: Topics;
  commit: GroupCommit;
  clock: Clock;
}

/** Positions that the store walks in the time that it takes for a range of one topic, which is mostly that of finding it. */
const walkedPerRange = 8;

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

  /** Messages that the subscription sees in these gaps, whatever has become of them. */
  async inGaps(subscription: Subscription, gaps: CountGap[]): Promise<number> {
    const now = this.#parts.clock.nowMs();
    const inTopics = this.#parts.store.count({ ...this.#inGaps(subscription, gaps), mailbox: null, now });
    return (await inTopics) + (await this.#inMailbox(subscription.id, gaps, now));
  }

  /** Messages of a topic that have not expired and have not been swept, without those that are kept although settled. */
  ofTopic(topic: Topic): Promise<number> {
    const ranges: CountRange[] = [];
    for (let priority = priorityMin; priority <= priorityMax; priority += 1) {
      const from = topic.settledTo?.[priority] ?? 0;
      ranges.push({ topicId: topic.id, priority, from, to: this.#parts.commit.committed });
    }
    return this.#parts.store.count({ ranges, mailbox: null, now: this.#parts.clock.nowMs() });
  }

  #query(subscription: Subscription): CountQuery {
    const { lanes, id: subId } = subscription;
    const upto = this.#parts.commit.committed;
    const gaps: CountGap[] = [];
    const after = nowhere(upto);
    for (const priority of priorities) {
      // A lane at rest may have an old cursor, above which a wide subscription has many topics with news of other priorities.
      if (subscription.isAtRest(priority)) continue;
      const cursor = lanes.cursorOf(priority);
      const ahead = aheadOf(subscription, priority);
      if (!ahead) after[priority] = cursor;
      if (cursor >= upto) continue;
      for (const [from, to] of ahead?.gaps(cursor, upto) ?? [[cursor, upto]]) gaps.push({ priority, from, to });
    }
    const mailbox = { subId, after, upto };
    return { ...this.#inGaps(subscription, gaps), mailbox, now: this.#parts.clock.nowMs() };
  }

  /** Topic by topic, or by a walk over the positions where that is less work. */
  #inGaps({ interests }: Subscription, gaps: CountGap[]): Pick<CountQuery, 'ranges' | 'wide'> {
    if (gaps.length === 0) return { ranges: [] };
    const { topics } = this.#parts;
    const oldest = Math.min(...gaps.map(({ from }) => from));
    const newest = Math.max(...gaps.map(({ to }) => to));
    const scope = interests.scope(topics, oldest, (newest - oldest) / (gaps.length * walkedPerRange));
    if ('view' in scope) return { ranges: [], wide: { view: scope.view, gaps } };
    const ranges: CountRange[] = [];
    for (const { topicId } of scope.topics) {
      for (const stretch of interests.view(topics.byId(topicId))) {
        for (const gap of gaps) {
          const from = Math.max(gap.from, stretch.from);
          const to = Math.min(gap.to, stretch.to);
          if (from < to) ranges.push({ topicId, priority: gap.priority, from, to });
        }
      }
    }
    return { ranges };
  }

  /** The mailbox in lanes with messages settled ahead of the cursor. */
  #inBrokenLanes(subscription: Subscription): Promise<number> {
    const upto = this.#parts.commit.committed;
    const gaps: CountGap[] = [];
    for (const priority of priorities) {
      const open = aheadOf(subscription, priority)?.gaps(subscription.lanes.cursorOf(priority), upto) ?? [];
      for (const [from, to] of open) gaps.push({ priority, from, to });
    }
    return this.#inMailbox(subscription.id, gaps, this.#parts.clock.nowMs());
  }

  /** Gap by gap, but only if there is anything: most subscriptions have an empty mailbox. */
  async #inMailbox(subId: number, gaps: readonly CountGap[], now: number): Promise<number> {
    if (gaps.length === 0) return 0;
    const upto = Math.max(...gaps.map(({ to }) => to));
    const whole = nowhere(upto);
    for (const { priority, from } of gaps) whole[priority] = Math.min(whole[priority]!, from);
    if ((await this.#parts.store.count({ ranges: [], mailbox: { subId, after: whole, upto }, now })) === 0) return 0;
    const counts = gaps.map(({ priority, from, to }) => {
      const after = nowhere(to);
      after[priority] = from;
      return this.#parts.store.count({ ranges: [], mailbox: { subId, after, upto: to }, now });
    });
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
