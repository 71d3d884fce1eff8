import type { Limits } from '../../protocol/limits.js';
import type { Store } from '../../store/store.js';
import type { Clock } from '../clock.js';
import type { Counters } from '../counters.js';
import type { OverlayEntry } from '../lanes/overlay.js';
import { Message } from '../message.js';
import type { Subscription } from '../subscriptions/subscription.js';
import type { Topics } from '../topics/topics.js';
import type { DeadLetters } from './dead-letters.js';
import type { Settler } from './settler.js';

export interface RetriesParts {
  store: Store;
  topics: Topics;
  clock: Clock;
  limits: Limits;
  settler: Settler;
  deadLetters: DeadLetters;
  counters: Counters;
}

/**
 * Brings back what left the line, when its time has come: loads it, raises its count on disk, and only then lets it be
 * sent (invariant 5). What has failed often enough becomes a dead letter instead.
 */
export class Retries {
  readonly #parts: RetriesParts;
  readonly #on: { ready(subscription: Subscription): void; failed(error: Error): void };

  constructor(parts: RetriesParts, on: { ready(subscription: Subscription): void; failed(error: Error): void }) {
    this.#parts = parts;
    this.#on = on;
  }

  /** Looks what is due, now or later. Called whenever the overlay changes or the subscription becomes active. */
  check(subscription: Subscription): void {
    subscription.retryTimer?.cancel();
    subscription.retryTimer = null;
    const { overlay, isActive, isReadying, isDeleted } = subscription;
    if (overlay.size === 0 || !isActive || isReadying || isDeleted) return;
    const now = this.#parts.clock.nowMs();
    const due = overlay.due(now, this.#parts.limits.ready_messages - overlay.readyCount);
    if (due.length > 0) {
      this.#start(subscription, due);
      return;
    }
    const nextDueAt = overlay.nextDueAt();
    if (nextDueAt === null || overlay.readyCount >= this.#parts.limits.ready_messages) return;
    // A timer cannot wait longer than 2^31 ms; it looks again then.
    const waitMs = Math.min(Math.max(1, nextDueAt - now), 2 ** 31 - 1);
    subscription.retryTimer = this.#parts.clock.after(waitMs, () => this.check(subscription));
  }

  #start(subscription: Subscription, due: OverlayEntry[]): void {
    subscription.isReadying = true;
    subscription.holds += 1;
    this.#ready(subscription, due).then(
      () => {
        subscription.isReadying = false;
        subscription.holds -= 1;
        this.check(subscription);
        this.#on.ready(subscription);
      },
      // They stay due. To look again would fail again at once, for ever, and nothing else would have its turn.
      error => this.#on.failed(error as Error),
    );
  }

  async #ready(subscription: Subscription, due: OverlayEntry[]): Promise<void> {
    const { overlay, epoch } = subscription;
    const rows = await this.#parts.store.readMessages(due.map(entry => entry.position));
    const byPosition = new Map(rows.map(row => [row.position, row]));
    const ready: [OverlayEntry, Message][] = [];
    const exhausted: [OverlayEntry, Message][] = [];
    const now = this.#parts.clock.nowMs();
    for (const entry of due) {
      if (overlay.get(entry.position) !== entry) continue;
      const row = byPosition.get(entry.position);
      if (!row || entry.expiresAt <= now) {
        this.#countGone(subscription, entry.expiresAt <= now);
        subscription.removeEntry(entry);
        continue;
      }
      if (entry.state === 'held') continue;
      if (!subscription.sees(row, this.#parts.topics)) {
        subscription.removeEntry(entry);
        continue;
      }
      const body = entry.body ?? row.body;
      const message = new Message({ ...row, priority: entry.priority, expiresAt: entry.expiresAt, body });
      if (entry.attempts >= subscription.options.delivery_max_retry) exhausted.push([entry, message]);
      else ready.push([entry, message]);
    }
    const versions = ready.map(([entry]) => entry.version);
    for (const [entry] of ready) {
      entry.sent += 1;
      overlay.touch(entry);
    }
    const letters = this.#parts.deadLetters.of(subscription, exhausted);
    await this.#parts.settler.save(subscription, letters);
    for (const [index, [entry, message]] of ready.entries()) {
      // What was edited meanwhile is loaded again; what is held, or whose receiver has gone, is not sent.
      const isSame = entry.version === versions[index] && entry.state !== 'held';
      if (subscription.epoch === epoch && isSame) overlay.makeReady(entry, message);
      else overlay.lower(entry);
    }
  }

  /** What has not expired and is not there was in memory, and its room was needed while it was out. */
  #countGone(subscription: Subscription, isExpired: boolean): void {
    if (isExpired) {
      this.#parts.counters.expired += 1;
      return;
    }
    this.#parts.counters.ramLost += 1;
    subscription.attachment?.sink.dropped(subscription.subKey, 1, 'ram_full');
  }
}
