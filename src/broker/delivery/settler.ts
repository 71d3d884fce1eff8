import type { Limits } from '../../protocol/limits.js';
import type { Clock } from '../clock.js';
import type { GroupCommit } from '../publish/group-commit.js';
import type { Subscription } from '../subscriptions/subscription.js';
import type { Letters } from './dead-letters.js';

/**
 * Writes what subscriptions have settled. Settlements of deliveries wait a few milliseconds for company, so a busy
 * subscription writes one row for hundreds of messages; who asked by name waits for the commit.
 */
export class Settler {
  readonly #commit: GroupCommit;
  readonly #clock: Clock;
  readonly #limits: Limits;
  readonly #onSaved: (subscription: Subscription) => void;
  #dirty = new Set<Subscription>();
  #isWaiting = false;

  constructor(commit: GroupCommit, clock: Clock, limits: Limits, onSaved: (subscription: Subscription) => void) {
    this.#commit = commit;
    this.#clock = clock;
    this.#limits = limits;
    this.#onSaved = onSaved;
  }

  /** Writes the subscription soon. */
  mark(subscription: Subscription): void {
    if (subscription.isDeleted || this.#dirty.has(subscription)) return;
    this.#dirty.add(subscription);
    subscription.holds += 1;
    this.#flushLater();
  }

  #flushLater(): void {
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    this.#clock.after(this.#limits.settle_wait_ms_max, () => {
      this.#isWaiting = false;
      // On a full disk the rows would pile up behind those that wait; one row for each subscription is enough later.
      if (this.#commit.isResting) this.#flushLater();
      else this.flush();
    });
  }

  /** Writes everything that waits, now. */
  flush(): void {
    const dirty = this.#dirty;
    if (dirty.size === 0) return;
    this.#dirty = new Set();
    for (const subscription of dirty) {
      // Who commits tells of a failure, and the process stops.
      this.save(subscription).catch(() => {});
      this.#release(subscription);
    }
  }

  /** Writes the subscription now; resolves once it is on disk. Dead letters enter the log in the same transaction. */
  async save(subscription: Subscription, letters?: Letters | null, apply?: () => void): Promise<void> {
    if (subscription.isDeleted) return;
    subscription.holds += 1;
    const confirm = this.#raiseMarks(subscription);
    const { overlay, lanes } = subscription;
    const changes = overlay.isChanged ? overlay.takeChanges() : {};
    try {
      await this.#commit.submit(
        {
          kind: 'settle',
          subId: subscription.id,
          lanes: lanes.encode(),
          ...changes,
          deadLetters: letters?.append,
          letterOrigins: letters?.origins,
        },
        settled => {
          confirm?.();
          apply?.();
          letters?.apply(settled);
        },
      );
    } finally {
      this.#release(subscription);
    }
  }

  /** Marks rise with whatever is written anyway, before a lane comes near them. */
  #raiseMarks(subscription: Subscription): (() => void) | null {
    const { committed } = this.#commit;
    const block = this.#limits.sent_mark_block;
    const { lanes, behind, isActive } = subscription;
    if (!isActive || !lanes.isMarkLow(committed, block / 2, behind)) return null;
    return lanes.reserve(committed + block, behind);
  }

  #release(subscription: Subscription): void {
    subscription.holds -= 1;
    this.#onSaved(subscription);
  }
}
