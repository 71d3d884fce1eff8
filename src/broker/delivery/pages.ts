import type { Limits } from '../../protocol/limits.js';
import { priorityMax, priorityMin } from '../../protocol/message.js';
import type { Page, Scope, Store } from '../../store/store.js';
import type { Clock } from '../clock.js';
import { Message } from '../message.js';
import type { GroupCommit } from '../publish/group-commit.js';
import type { Subscription } from '../subscriptions/subscription.js';
import type { Topics } from '../topics/topics.js';
import type { Settler } from './settler.js';

export interface PagesParts {
  store: Store;
  topics: Topics;
  commit: GroupCommit;
  settler: Settler;
  clock: Clock;
  limits: Limits;
}

/** Fetches backlog from the store, a page at a time for each subscription, within a bound for all together. */
export class Pages {
  readonly #parts: PagesParts;
  readonly #onArrived: (subscription: Subscription) => void;
  readonly #onFailed: (error: Error) => void;
  /** Bytes of the pages in memory, by who has them, oldest first. */
  readonly #held = new Map<Subscription, number>();
  #heldBytes = 0;

  constructor(parts: PagesParts, on: { arrived(subscription: Subscription): void; failed(error: Error): void }) {
    this.#parts = parts;
    this.#onArrived = on.arrived;
    this.#onFailed = on.failed;
  }

  scopeOf(subscription: Subscription): Scope {
    return { ...subscription.interests.reach(this.#parts.topics), mailbox: subscription.id };
  }

  fetch(subscription: Subscription): void {
    if (subscription.isPaging || subscription.isDeleted) return;
    subscription.isPaging = true;
    subscription.holds += 1;
    this.#makeRoom(subscription);
    this.#fetch(subscription).then(
      () => {
        subscription.isPaging = false;
        subscription.holds -= 1;
        this.#onArrived(subscription);
      },
      error => this.#onFailed(error as Error),
    );
  }

  /** Persists marks above what is to be sent next; a page waits for this before any of it leaves. */
  reserve(subscription: Subscription): void {
    if (subscription.isReserving || subscription.isDeleted) return;
    subscription.isReserving = true;
    const confirm = subscription.lanes.reserve(
      this.#parts.commit.committed + this.#parts.limits.sent_mark_block,
      subscription.behind,
    );
    this.#parts.settler.save(subscription, null, confirm).then(
      () => {
        subscription.isReserving = false;
        this.#onArrived(subscription);
      },
      // Who commits has told of it. Nothing is tried again after that: it would fail at once, for ever.
      () => {},
    );
  }

  /** The subscription holds no page any more. */
  forget(subscription: Subscription): void {
    this.#heldBytes -= this.#held.get(subscription) ?? 0;
    this.#held.delete(subscription);
  }

  async #fetch(subscription: Subscription): Promise<void> {
    const { epoch, lanes, behind } = subscription;
    const upto = this.#parts.commit.committed;
    const after = lanes.scanned().map((scanned, priority) => (behind & (1 << priority) ? scanned : upto));
    subscription.fellBehind = 0;
    const page = await this.#parts.store.readPage({
      scope: this.scopeOf(subscription),
      after,
      upto,
      now: this.#parts.clock.nowMs(),
      limit: this.#parts.limits.page_messages,
      limitBytes: this.#parts.limits.page_bytes,
    });
    // The receiver may have gone meanwhile, and with it everything that was fetched: the next one starts again.
    if (subscription.epoch === epoch && subscription.isActive) this.#distribute(subscription, page, after, upto);
  }

  #distribute(subscription: Subscription, page: Page, after: number[], upto: number): void {
    const { lanes } = subscription;
    // A lane that was cleared or gave back its page meanwhile does not go on where this page begins: it is read again.
    const current = lanes.scanned().map((scanned, p) => after[p]! < upto && scanned === after[p]);
    for (const row of page.rows) {
      if (!current[row.priority]) continue;
      const lane = lanes.get(row.priority);
      if (lane.pageAt > 0) {
        lane.page = lane.page.slice(lane.pageAt);
        lane.pageAt = 0;
      }
      lane.page.push(new Message(row));
    }
    for (let p = priorityMin; p <= priorityMax; p += 1) {
      const isRead = current[p] ? page.scanned[p]! >= upto : after[p]! >= upto;
      if (isRead && !(subscription.fellBehind & (1 << p))) subscription.behind &= ~(1 << p);
    }
    lanes.noteScanned(
      page.scanned.map((scanned, p) => (current[p] ? scanned : 0)),
      subscription.behind,
    );
    this.#hold(subscription);
    if (page.rows.length > 0) this.reserve(subscription);
  }

  /** Counts what the subscription has now, as the newest. */
  #hold(subscription: Subscription): void {
    this.forget(subscription);
    const chars = subscription.lanes.pageChars;
    if (chars === 0) return;
    this.#held.set(subscription, chars);
    this.#heldBytes += chars;
  }

  /** Over the bound the oldest pages go back to the store: whoever reads slowly pays with another read. */
  #makeRoom(newcomer: Subscription): void {
    this.#hold(newcomer);
    for (const holder of this.#held.keys()) {
      if (this.#heldBytes <= this.#parts.limits.pages_bytes_max) return;
      this.forget(holder);
      if (holder !== newcomer) holder.dropPages();
    }
  }
}
