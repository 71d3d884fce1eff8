import type { Clock } from './clock.js';
import type { Counters } from './counters.js';
import type { Delivery } from './delivery.js';
import type { Feed } from './feed.js';
import type { Log } from './log.js';
import { isDelivering } from './options.js';
import type { Settlement } from './settlement.js';
import type { Subscription } from './subscription.js';

/** What it tells about deliveries that it makes. */
export interface PumpEvents {
  pulled(delivery: Delivery): void;
  /** Messages that came again are out: there is room for others that are due. */
  retried(subscription: Subscription): void;
}

/** Serves, once at the end of each turn, the subscriptions for which something changed. */
export class Pump {
  readonly #feed: Feed;
  readonly #log: Log;
  readonly #settlement: Settlement;
  readonly #clock: Clock;
  readonly #counters: Counters;
  readonly #on: PumpEvents;
  #queue = new Set<Subscription>();
  #isScheduled = false;

  constructor(
    parts: { feed: Feed; log: Log; settlement: Settlement; clock: Clock; counters: Counters },
    on: PumpEvents,
  ) {
    this.#feed = parts.feed;
    this.#log = parts.log;
    this.#settlement = parts.settlement;
    this.#clock = parts.clock;
    this.#counters = parts.counters;
    this.#on = on;
  }

  wake(subscription: Subscription): void {
    if (!subscription.isActive) return;
    this.#queue.add(subscription);
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    this.#clock.endOfTurn(() => this.#run());
  }

  #run(): void {
    this.#isScheduled = false;
    const queue = this.#queue;
    this.#queue = new Set();
    for (const subscription of queue) this.#serve(subscription);
    this.#log.trim();
  }

  #serve(subscription: Subscription): void {
    if (!subscription.isActive) return;
    const canDeliver = isDelivering(subscription.options);
    if (subscription.waiters?.length) this.#giveToWaiters(subscription, canDeliver);
    const { attachment } = subscription;
    const isServed = canDeliver && attachment?.isStarted && subscription.options.delivery_method === 'notify';
    if (isServed) this.#giveToSink(subscription);
    else if (!canDeliver || !subscription.waiters?.length) subscription.ignoreNews();
  }

  #giveToSink(subscription: Subscription): void {
    const { sink } = subscription.attachment!;
    while (sink.isReady) {
      const next = this.#next(subscription, Infinity);
      if (!next) return;
      sink.deliver(this.#settlement.attempt(next.delivery), next.messages);
    }
  }

  #giveToWaiters(subscription: Subscription, canDeliver: boolean): void {
    const waiters = subscription.waiters!;
    while (canDeliver && waiters.length > 0) {
      const next = this.#next(subscription, waiters[0]!.maxMessages);
      if (!next) break;
      this.#on.pulled(next.delivery);
      waiters.shift()!.give(next.messages);
    }
    if (canDeliver && subscription.isSupplied) return;
    for (const waiter of waiters.filter(one => !one.isPatient)) {
      waiters.splice(waiters.indexOf(waiter), 1);
      waiter.give('[]');
    }
  }

  #next(subscription: Subscription, most: number) {
    const room = subscription.options.max_in_flight - subscription.inFlight;
    if (room <= 0) return null;
    const next = this.#feed.next(subscription, Math.min(room, most));
    if (!next) return null;
    subscription.inFlight += next.count;
    this.#counters.delivered += next.count;
    if (next.delivery.overlay.length > 0) this.#on.retried(subscription);
    return next;
  }
}
