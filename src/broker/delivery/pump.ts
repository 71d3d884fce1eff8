import type { Limits } from '../../protocol/limits.js';
import type { Clock } from '../clock.js';
import type { Counters } from '../counters.js';
import type { BeforeDelivery } from '../hooks/before-delivery.js';
import type { Log } from '../publish/log.js';
import type { Sink } from '../sink.js';
import { isDelivering } from '../subscriptions/options.js';
import type { PullWaiter, Subscription } from '../subscriptions/subscription.js';
import type { Batch } from './batch.js';
import type { Delivery } from './delivery.js';
import type { Feed } from './feed.js';
import type { Rests } from './rests.js';
import type { Settlement } from './settlement.js';

/** What it tells about deliveries that it makes. */
export interface PumpEvents {
  pulled(delivery: Delivery): void;
  /** Messages that were ready to come again are out, or have expired: there is room for others that are due. */
  retried(subscription: Subscription): void;
}

export interface PumpParts {
  feed: Feed;
  log: Log;
  settlement: Settlement;
  rests: Rests;
  clock: Clock;
  limits: Limits;
  counters: Counters;
}

/** Serves, once at the end of each turn, the subscriptions for which something changed. */
export class Pump {
  readonly #parts: PumpParts;
  readonly #on: PumpEvents;
  /** Null: there are no hooks at all. */
  beforeDelivery: BeforeDelivery | null = null;
  readonly #queue = new Set<Subscription>();
  #isScheduled = false;
  #deliveredThisTurn = 0;

  constructor(parts: PumpParts, on: PumpEvents) {
    this.#parts = parts;
    this.#on = on;
  }

  wake(subscription: Subscription): void {
    if (!subscription.isActive) return;
    this.#queue.add(subscription);
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    this.#parts.clock.endOfTurn(() => this.#run());
  }

  /**
   * Serves those that are in the queue now, each once. After so many messages the rest waits for the next turn, in its
   * order, so that a message for a thousand subscribers does not keep everyone else waiting.
   */
  #run(): void {
    this.#deliveredThisTurn = 0;
    let left = this.#queue.size;
    for (const subscription of this.#queue) {
      if (left === 0 || this.#deliveredThisTurn >= this.#parts.limits.deliveries_per_turn) break;
      left -= 1;
      this.#queue.delete(subscription);
      this.#serve(subscription);
    }
    this.#parts.log.trim();
    this.#isScheduled = this.#queue.size > 0;
    if (this.#isScheduled) this.#parts.clock.endOfTurn(() => this.#run());
  }

  #serve(subscription: Subscription): void {
    if (!subscription.isActive || this.beforeDelivery?.holds(subscription)) return;
    const canDeliver = isDelivering(subscription.options);
    if (subscription.waiters?.length) this.#giveToWaiters(subscription, canDeliver);
    if (this.beforeDelivery?.holds(subscription)) return;
    const { attachment } = subscription;
    const isServed =
      canDeliver &&
      attachment?.isStarted &&
      subscription.options.delivery_method === 'notify' &&
      !this.#parts.rests.has(subscription);
    // The first message is the highest of all (invariant 3), and it may be one that comes again.
    if (isServed && !attachment.isUnderWay && subscription.isReadying) return;
    if (isServed) {
      attachment.isUnderWay = true;
      this.#giveToSink(subscription);
    } else if (!canDeliver || !subscription.waiters?.length) subscription.ignoreNews();
  }

  #giveToSink(subscription: Subscription): void {
    const { sink } = subscription.attachment!;
    while (sink.isReady && !this.#parts.rests.has(subscription)) {
      const next = this.#next(subscription, Infinity);
      if (!next) return;
      const { delivery, batch } = next;
      const isHeld = this.beforeDelivery?.takes(next, {
        isReady: () => sink.isReady,
        give: left => left && this.#send(sink, delivery, left),
      });
      if (isHeld) return;
      this.#send(sink, delivery, batch);
    }
  }

  #send(sink: Sink, delivery: Delivery, batch: Batch): void {
    this.#parts.counters.delivered += batch.messages.length;
    sink.deliver(this.#parts.settlement.attempt(delivery), batch);
    batch.forgetContent();
  }

  #giveToWaiters(subscription: Subscription, canDeliver: boolean): void {
    const waiters = subscription.waiters!;
    // What is due for another attempt may be higher than all that is in line (invariant 3).
    if (canDeliver && subscription.isReadying) return;
    while (canDeliver && waiters.length > 0) {
      const waiter = waiters[0]!;
      const next = this.#next(subscription, waiter.maxMessages);
      if (!next) break;
      const isHeld = this.beforeDelivery?.takes(next, {
        isReady: () => true,
        give: left => this.#giveLate(waiter, next.delivery, left),
      });
      if (isHeld) {
        waiter.isHeld = true;
        return;
      }
      this.#give(waiter, next.delivery, next.batch);
    }
    if (canDeliver && subscription.isSupplied) return;
    for (const waiter of waiters.filter(one => !one.isPatient)) {
      waiters.splice(waiters.indexOf(waiter), 1);
      waiter.give('[]', null);
    }
  }

  #give(waiter: PullWaiter, delivery: Delivery, batch: Batch): void {
    const waiters = delivery.subscription.waiters!;
    waiters.splice(waiters.indexOf(waiter), 1);
    this.#parts.counters.delivered += batch.messages.length;
    this.#on.pulled(delivery);
    waiter.give(batch.json(), this.#parts.settlement.handover(delivery));
    batch.forgetContent();
  }

  /** Hooks have let this pass, for a pull that was there when they were asked. Null: it waits on. */
  #giveLate(waiter: PullWaiter, delivery: Delivery, batch: Batch | null): void {
    waiter.isHeld = false;
    if (!batch) return;
    if (delivery.subscription.waiters?.includes(waiter)) this.#give(waiter, delivery, batch);
    else this.#parts.settlement.returned(delivery);
  }

  #next(subscription: Subscription, most: number) {
    const room = subscription.options.max_in_flight - subscription.inFlight;
    if (room <= 0) return null;
    const { overlay } = subscription;
    const ready = overlay.readyCount;
    const next = this.#parts.feed.next(subscription, Math.min(room, most));
    if (overlay.readyCount < ready) this.#on.retried(subscription);
    if (!next) return null;
    const count = next.batch.messages.length;
    subscription.inFlight += count;
    this.#deliveredThisTurn += count;
    return next;
  }
}
