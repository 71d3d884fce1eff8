import type { Limits } from '../../protocol/limits.js';
import { priorityMax, priorityMin } from '../../protocol/message.js';
import type { Store } from '../../store/store.js';
import type { Clock } from '../clock.js';
import type { Counters } from '../counters.js';
import type { Pages } from '../delivery/pages.js';
import type { Settler } from '../delivery/settler.js';
import type { GroupCommit } from '../publish/group-commit.js';
import type { Subscription } from '../subscriptions/subscription.js';
import type { Topics } from '../topics/topics.js';
import type { Depth } from './depth.js';

export interface DepthLimitsParts {
  store: Store;
  topics: Topics;
  depth: Depth;
  pages: Pages;
  settler: Settler;
  commit: GroupCommit;
  clock: Clock;
  limits: Limits;
  counters: Counters;
}

/**
 * Enforces `max_depth`: over it the oldest messages of the lowest priority leave. Checked now and then on exact counts,
 * never inside a publish, so one absent subscriber never costs the publishers anything; what is in flight stays.
 */
export class DepthLimits {
  readonly #parts: DepthLimitsParts;

  constructor(parts: DepthLimitsParts) {
    this.#parts = parts;
  }

  /** Lets go what is over the limit, and tells the owner. True: there is more that is over it, and in flight. */
  async enforce(subscription: Subscription): Promise<boolean> {
    const { max_depth: most } = subscription.options;
    if (most === null) return false;
    let over = (await this.#parts.depth.of(subscription)) - most;
    let dropped = 0;
    for (let priority = priorityMin; priority <= priorityMax && over > 0; priority += 1) {
      const left = await this.#drop(subscription, priority, over);
      dropped += over - left;
      over = left;
    }
    if (dropped === 0) return over > 0;
    this.#parts.counters.overDepth += dropped;
    await this.#parts.settler.save(subscription);
    subscription.attachment?.sink.dropped(subscription.subKey, dropped, 'max_depth');
    return over > 0;
  }

  /** Passes up to `count` of the oldest messages of a lane that are with nobody. Answers how many are left to drop. */
  async #drop(subscription: Subscription, priority: number, count: number): Promise<number> {
    const { epoch } = subscription;
    const upto = this.#parts.commit.committed;
    const after = new Array<number>(priorityMax + 1).fill(upto);
    after[priority] = subscription.lanes.cursorOf(priority);
    while (count > 0 && after[priority]! < upto) {
      const now = this.#parts.clock.nowMs();
      const limit = Math.min(count, this.#parts.limits.page_messages);
      const scope = this.#parts.pages.scopeOf(subscription);
      const limitBytes = this.#parts.limits.page_bytes;
      const page = await this.#parts.store.readPage({ scope, after, upto, now, limit, limitBytes });
      // Its lanes may have gone back meanwhile: then this page is not the oldest that there is.
      if (subscription.epoch !== epoch) return count;
      // A page that was fetched for delivery may hold what is dropped now.
      subscription.dropPages();
      const lane = subscription.lanes.get(priority);
      let before = after[priority]!;
      for (const row of page.rows) {
        const { position, expiresAt } = row;
        const isVisible = subscription.sees(row, this.#parts.topics);
        if (isVisible && expiresAt > now && !lane.isPassed(position) && !lane.find(position)) {
          lane.drop(before, position);
          count -= 1;
        }
        before = position;
      }
      after[priority] = page.scanned[priority]!;
    }
    return count;
  }
}
