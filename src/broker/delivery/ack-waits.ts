import type { Clock, Timer } from '../clock.js';
import type { Subscription } from '../subscriptions/subscription.js';
import type { Delivery } from './delivery.js';

interface Wait {
  readonly delivery: Delivery;
  readonly timer: Timer;
}

/**
 * How long messages that were pulled wait for their ack. A wait that is not needed any more is let go, because its timer
 * would keep the messages, and a subscription that left memory, for as long as `ack_wait`, which may be a day.
 */
export class AckWaits {
  readonly #clock: Clock;
  readonly #onOver: (delivery: Delivery) => void;
  readonly #waits = new Map<Subscription, Wait[]>();

  /** `onOver` is told of deliveries that have waited long enough and are not settled. */
  constructor(clock: Clock, onOver: (delivery: Delivery) => void) {
    this.#clock = clock;
    this.#onOver = onOver;
  }

  /** Waits `ack_wait` from now. */
  begin(delivery: Delivery): void {
    const { subscription } = delivery;
    this.prune(subscription);
    const timer = this.#clock.after(subscription.options.ack_wait * 1000, () => {
      this.#onOver(delivery);
      this.prune(subscription);
    });
    const waits = this.#waits.get(subscription);
    if (waits) waits.push({ delivery, timer });
    else this.#waits.set(subscription, [{ delivery, timer }]);
  }

  /** Something of the subscription was settled, or it has no receiver any more: ends the waits for what is over. */
  prune(subscription: Subscription): void {
    const waits = this.#waits.get(subscription);
    if (!waits) return;
    const left = waits.filter(({ delivery }) => !delivery.isOver);
    for (const { delivery, timer } of waits) if (delivery.isOver) timer.cancel();
    if (left.length > 0) this.#waits.set(subscription, left);
    else this.#waits.delete(subscription);
  }
}
