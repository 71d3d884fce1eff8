import type { MessageIds } from '../../protocol/ids.js';
import type { Limits } from '../../protocol/limits.js';
import type { Position } from '../../store/store.js';
import type { Clock } from '../clock.js';
import type { Counters } from '../counters.js';
import type { Lane, Part } from '../lanes/lane.js';
import type { OverlayEntry } from '../lanes/overlay.js';
import type { Message } from '../message.js';
import type { Attempt, Handover, Nack } from '../sink.js';
import { waitMs } from '../subscriptions/options.js';
import type { Subscription } from '../subscriptions/subscription.js';
import type { Topics } from '../topics/topics.js';
import type { Delivery } from './delivery.js';
import type { Rests } from './rests.js';
import type { Settler } from './settler.js';

export interface SettlementParts {
  topics: Topics;
  ids: MessageIds;
  clock: Clock;
  limits: Limits;
  counters: Counters;
  settler: Settler;
  rests: Rests;
  /** From 0 to 1. */
  random: () => number;
}

/** When and why a message is tried again. */
export interface LeavesLine {
  attempts: number;
  /** Unix milliseconds. */
  dueAt: number;
  error: string | null;
  /** This attempt was never made, so its `delivery_count` does not count it. */
  isUnsent?: boolean;
}

/** What became of deliveries: acked, nacked, failed or returned. It is written soon, or at once for who asks by name. */
export class Settlement {
  readonly #parts: SettlementParts;
  readonly #on: { settled(subscription: Subscription): void; leftLine(subscription: Subscription): void };

  constructor(
    parts: SettlementParts,
    on: { settled(subscription: Subscription): void; leftLine(subscription: Subscription): void },
  ) {
    this.#parts = parts;
    this.#on = on;
  }

  /** The delivery as its sink sees it. */
  attempt(delivery: Delivery): Attempt {
    return {
      subKey: delivery.subscription.subKey,
      acked: () => this.acked(delivery),
      ackedExcept: nacks => this.ackedExcept(delivery, nacks),
      failed: (error, delaySec) => this.failed(delivery, error, delaySec),
      unreachable: (error, delaySec) => this.unreachable(delivery, error, delaySec),
    };
  }

  /** The same for what was pulled. */
  handover(delivery: Delivery): Handover {
    return { received: () => this.acked(delivery), lost: () => this.returned(delivery) };
  }

  /** All of it was received. */
  acked(delivery: Delivery): void {
    const { subscription } = delivery;
    if (delivery.overlay.length > 0 || subscription.overlay.hasInPlace) {
      this.ackedExcept(delivery, []);
      return;
    }
    if (!this.#isCurrent(delivery)) return;
    let count = 0;
    for (const { lane, part } of delivery.parts) {
      count += part.open;
      lane.settlePart(part);
    }
    this.#settled(subscription, count);
  }

  /** The named ones come again, the others were received. */
  ackedExcept(delivery: Delivery, nacks: Nack[]): void {
    if (!this.#isCurrent(delivery)) return;
    const { subscription } = delivery;
    const delays = new Map(nacks.map(nack => [nack.msgId, nack.delay]));
    let count = 0;
    for (const item of [...delivery.unsettled()]) {
      // An id is encoded only to be compared: mostly there is nothing to compare it with.
      const msgId = delays.size > 0 ? item.message.idText(this.#parts.ids) : null;
      if (msgId !== null && delays.has(msgId)) this.#giveBack(subscription, item, delays.get(msgId), 'nack');
      else {
        count += 1;
        this.settleOne(subscription, item);
      }
    }
    this.#settled(subscription, count);
    this.#on.leftLine(subscription);
  }

  /** The receiver answered with an error: all of it comes again. */
  failed(delivery: Delivery, error: string, delaySec?: number): void {
    if (!this.#isCurrent(delivery)) return;
    for (const item of [...delivery.unsettled()]) this.#giveBack(delivery.subscription, item, delaySec, error);
    this.#settled(delivery.subscription, 0);
    this.#on.leftLine(delivery.subscription);
  }

  /** Nobody was reached: all of it goes back to the queue, and the subscription rests. */
  unreachable(delivery: Delivery, error: string, delaySec?: number): void {
    if (!this.#isCurrent(delivery)) return;
    this.#parts.counters.unreachable += 1;
    delivery.subscription.lastError = error;
    this.#parts.rests.begin(delivery, delaySec);
  }

  /** No ack came in time, or nobody is there to take it. What is not settled comes again at once, and uses up no retry. */
  returned(delivery: Delivery): void {
    if (!delivery.isCurrent) return;
    const { subscription } = delivery;
    const items = [...delivery.unsettled()];
    // Nothing is out: the subscription may have left memory long ago, and this one must not be written again.
    if (items.length === 0) return;
    for (const item of items) this.leaveLine(subscription, item, { attempts: 0, dueAt: 0, error: null });
    this.#settled(subscription, 0);
    this.#on.leftLine(subscription);
  }

  /** One message by its position, whoever has it. False: it is neither in flight nor in the overlay. */
  ack(subscription: Subscription, position: Position): boolean {
    const found = subscription.findInFlight(position);
    const entry = subscription.overlay.get(position);
    if (entry) {
      if (entry.isInFlight) subscription.inFlight -= 1;
      entry.isInFlight = false;
      subscription.removeEntry(entry);
    } else if (found) {
      found.lane.settleOne(found.part, found.index);
      subscription.inFlight -= 1;
    } else return false;
    this.#parts.counters.settled += 1;
    return true;
  }

  /** One message by its position comes again. What is not in flight is left as it is. */
  nack(subscription: Subscription, position: Position, delaySec: number | undefined): void {
    const entry = subscription.overlay.get(position);
    const found = entry ? null : subscription.findInFlight(position);
    if (entry?.isInFlight) this.#giveBack(subscription, { entry }, delaySec, 'nack');
    else if (found)
      this.#giveBack(subscription, { message: found.part.messages[found.index]!, ...found }, delaySec, 'nack');
  }

  #giveBack(subscription: Subscription, item: InHand, delaySec: number | undefined, error: string): void {
    const attempts = ('entry' in item ? item.entry.attempts : 0) + 1;
    const { options } = subscription;
    const wait =
      delaySec === undefined ? waitMs(options.wait_non_sock_err, attempts, this.#parts.random()) : delaySec * 1000;
    // Whole milliseconds, as the store keeps them.
    const dueAt = attempts >= options.delivery_max_retry ? 0 : this.#parts.clock.nowMs() + Math.ceil(wait);
    this.#parts.counters.nacked += 1;
    subscription.lastError = error;
    this.leaveLine(subscription, item, { attempts, dueAt, error });
  }

  /** Takes a message of a delivery out of the queue; it counts as in flight until `withheld` or the like is told. */
  settleOne(subscription: Subscription, item: InHand): void {
    if ('entry' in item) {
      item.entry.isInFlight = false;
      subscription.removeEntry(item.entry);
    } else item.lane.settleOne(item.part, item.index);
  }

  /** Hooks kept messages back, and settled so many of them, which were not acknowledged by anyone. */
  withheld(subscription: Subscription, settled: number): void {
    subscription.inFlight -= settled;
    this.#parts.settler.mark(subscription);
    this.#on.settled(subscription);
    this.#on.leftLine(subscription);
  }

  /** A message that was in flight waits for another attempt. */
  leaveLine(subscription: Subscription, item: InHand, next: LeavesLine): void {
    const { overlay } = subscription;
    subscription.inFlight -= 1;
    if ('entry' in item) {
      const { entry } = item;
      overlay.wait(entry);
      entry.state = 'retry';
      entry.attempts = Math.max(entry.attempts, next.attempts);
      entry.dueAt = next.dueAt;
      entry.lastError = next.error ?? entry.lastError;
      if (next.isUnsent) overlay.lower(entry);
      else if (entry.isInPlace) subscription.lanes.get(entry.home).stairs.raise(entry.position);
      overlay.touch(entry);
      return;
    }
    const { message, lane, part, index } = item;
    const { position, topicId, priority, expiresAt } = message;
    const isExpired = expiresAt <= this.#parts.clock.nowMs();
    if (isExpired) this.#parts.counters.expired += 1;
    // It would never be sent again, and takes no room from those that will.
    if (isExpired || !subscription.sees(message, this.#parts.topics)) {
      lane.settleOne(part, index);
      return;
    }
    const sent = lane.stairs.timesSent(position) + (next.isUnsent ? 0 : 1);
    const isFull = overlay.size >= this.#parts.limits.overlay_rows_max;
    const { attempts, dueAt, error: lastError } = next;
    const row = {
      position,
      state: 'retry' as const,
      topicId,
      home: priority,
      priority,
      top: 0,
      attempts,
      sent,
      dueAt,
      expiresAt,
      version: 1,
      lastError,
      body: null,
    };
    overlay.put(row, isFull);
    if (!isFull) lane.settleOne(part, index);
    else if (!next.isUnsent) lane.stairs.raise(position);
  }

  #isCurrent(delivery: Delivery): boolean {
    if (!delivery.isCurrent) this.#parts.counters.strayResponses += 1;
    return delivery.isCurrent;
  }

  #settled(subscription: Subscription, count: number): void {
    subscription.inFlight -= count;
    this.#parts.counters.settled += count;
    this.#parts.settler.mark(subscription);
    this.#parts.rests.reached(subscription);
    this.#on.settled(subscription);
  }
}

/** A message in flight: in the overlay, or in its lane. */
export type InHand = { entry: OverlayEntry } | { message: Message; lane: Lane; part: Part; index: number };
