import type { Clock, Timer } from '../clock.js';
import { waitMs } from '../subscriptions/options.js';
import type { Subscription } from '../subscriptions/subscription.js';
import type { Delivery } from './delivery.js';
import type { Settler } from './settler.js';

export interface RestsParts {
  clock: Clock;
  settler: Settler;
  /** From 0 to 1. */
  random: () => number;
}

interface Rest {
  /** Times in a row that nobody was reached. */
  failures: number;
  /** Unix milliseconds. */
  until: number;
  /** Null: the time is over. */
  timer: Timer | null;
  /** Attempts that reached nobody. Their messages go back when nothing else is out. */
  back: Delivery[];
}

/**
 * Lets subscriptions rest whose receiver could not be reached (invariant 5): nothing is delivered, and what is out ends
 * first. Then all that is left goes back behind the cursors at once, as at the end of a socket, for no row and no retry.
 */
export class Rests {
  readonly #parts: RestsParts;
  readonly #onOver: (subscription: Subscription) => void;
  readonly #rests = new Map<Subscription, Rest>();

  /** `onOver` is told of subscriptions that may be delivered again. */
  constructor(parts: RestsParts, onOver: (subscription: Subscription) => void) {
    this.#parts = parts;
    this.#onOver = onOver;
  }

  /** Nobody was reached by this attempt. Attempts that were out together count once. */
  begin(delivery: Delivery, delaySec: number | undefined): void {
    const { subscription } = delivery;
    const rest = this.#rests.get(subscription) ?? { failures: 0, until: 0, timer: null, back: [] };
    this.#rests.set(subscription, rest);
    rest.back.push(delivery);
    const isFirst = rest.back.length === 1;
    if (isFirst) rest.failures += 1;
    const { clock, random } = this.#parts;
    const { wait_sock_err: wait } = subscription.options;
    const until = clock.nowMs() + (delaySec === undefined ? waitMs(wait, rest.failures, random()) : delaySec * 1000);
    if (isFirst || (delaySec !== undefined && until > rest.until)) this.#waitUntil(subscription, rest, until);
    this.#bringBack(subscription, rest);
  }

  /** True while nothing may be delivered. */
  has(subscription: Subscription): boolean {
    if (this.#rests.size === 0) return false;
    const rest = this.#rests.get(subscription);
    if (!rest) return false;
    this.#bringBack(subscription, rest);
    return rest.timer !== null || rest.back.length > 0;
  }

  /** Its receiver has answered something. */
  reached(subscription: Subscription): void {
    if (this.#rests.size === 0) return;
    const rest = this.#rests.get(subscription);
    if (!rest) return;
    if (rest.timer === null && rest.back.length === 0) this.#rests.delete(subscription);
    else if (this.#bringBack(subscription, rest) && rest.timer === null) this.#onOver(subscription);
  }

  /** The wait is over before its time: somebody has changed something. */
  end(subscription: Subscription): void {
    const rest = this.#rests.get(subscription);
    if (!rest) return;
    rest.failures = 0;
    rest.timer?.cancel();
    this.#over(subscription, rest);
  }

  /** It has no receiver any more. */
  forget(subscription: Subscription): void {
    if (this.#rests.size === 0) return;
    this.#rests.get(subscription)?.timer?.cancel();
    this.#rests.delete(subscription);
  }

  #waitUntil(subscription: Subscription, rest: Rest, until: number): void {
    const { clock } = this.#parts;
    rest.timer?.cancel();
    rest.until = until;
    rest.timer = clock.after(Math.min(Math.max(0, until - clock.nowMs()), 2 ** 31 - 1), () => {
      // A timer cannot wait longer than 2^31 ms.
      if (clock.nowMs() < until) this.#waitUntil(subscription, rest, until);
      else this.#over(subscription, rest);
    });
  }

  #over(subscription: Subscription, rest: Rest): void {
    rest.timer = null;
    this.#bringBack(subscription, rest);
    if (rest.back.length === 0) this.#onOver(subscription);
  }

  /** False: other attempts are out still, and may settle what they have. */
  #bringBack(subscription: Subscription, rest: Rest): boolean {
    if (rest.back.length === 0) return true;
    let held = 0;
    for (const delivery of rest.back) for (const _ of delivery.unsettled()) held += 1;
    if (subscription.inFlight > held) return false;
    rest.back = [];
    subscription.epoch += 1;
    subscription.retreat();
    if (subscription.attachment) subscription.attachment.isUnderWay = false;
    this.#parts.settler.mark(subscription);
    return true;
  }
}
