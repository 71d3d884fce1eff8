import type { MessageIds } from '../protocol/ids.js';
import { priorityMax, priorityMin } from '../protocol/message.js';
import type { Position, Priority } from '../store/store.js';
import { Batch, endOf } from './batch.js';
import type { Clock } from './clock.js';
import type { Counters } from './counters.js';
import { Delivery } from './delivery.js';
import type { Lane } from './lane.js';
import type { Message } from './message.js';
import type { OverlayEntry } from './overlay.js';
import type { Subscription } from './subscription.js';
import type { Topic } from './topic.js';
import type { Topics } from './topics.js';

/** What the feed asks for when memory does not have what comes next. */
export interface Supply {
  /** Fetch the next page of the lanes that are behind. */
  fetch(subscription: Subscription): void;
  /** Persist higher marks, so that more may be sent. */
  reserve(subscription: Subscription): void;
  /** The last position that is on disk. */
  committed(): Position;
}

export interface Next {
  delivery: Delivery;
  batch: Batch;
}

/** Of a page this many messages are left when the next one is fetched. */
const prefetchBelow = 500;

/**
 * What comes next for a subscription: from priority 9 down, in each lane first the overlay's messages that are due,
 * then the line: the fetched page, then the tails (invariant 3).
 */
export class Feed {
  readonly #topics: Topics;
  readonly #ids: MessageIds;
  readonly #clock: Clock;
  readonly #counters: Counters;
  readonly #supply: Supply;

  constructor(topics: Topics, ids: MessageIds, clock: Clock, counters: Counters, supply: Supply) {
    this.#topics = topics;
    this.#ids = ids;
    this.#clock = clock;
    this.#counters = counters;
    this.#supply = supply;
  }

  /** Up to `room` messages, now in flight; null if there are none, or if they have to be fetched first. */
  next(subscription: Subscription, room: number): Next | null {
    const draft = new Draft(subscription, this.#ids, Math.min(room, subscription.options.delivery_batch_size));
    for (let priority = priorityMax; priority >= priorityMin && !draft.isFull; priority -= 1) {
      if (!this.#takeLane(subscription, priority, draft)) break;
    }
    return draft.done();
  }

  /** False: what comes next in this lane is not in memory, so nothing of a lower one may be sent before it. */
  #takeLane(subscription: Subscription, priority: Priority, draft: Draft): boolean {
    const { overlay, options, lanes } = subscription;
    const ready = overlay.readyCount > 0 ? overlay.ready(priority) : [];
    const bit = 1 << priority;
    const hasLine =
      ((subscription.behind | subscription.hotLanes) & bit) !== 0 || (lanes.peek(priority)?.pageLeft ?? 0) > 0;
    if (ready.length === 0 && !hasLine) return true;
    if (options.delivery_err_should_block) {
      const isOut = (lanes.peek(priority)?.parts.length ?? 0) > 0 || overlay.isOut(priority);
      if (isOut) return true;
      if (overlay.isBlocking(priority)) return this.#takeReady(ready, draft, Infinity);
    }
    if (!hasLine) return this.#takeReady(ready, draft, Infinity);
    return this.#takeLine(subscription, priority, ready, draft);
  }

  #takeReady(ready: OverlayEntry[], draft: Draft, before: Position): boolean {
    while (ready.length > 0 && ready[0]!.position < before && draft.fits(ready[0]!.ready!)) {
      const entry = ready.shift()!;
      // It expired while it waited for room: it waits again, and whoever looks after the overlay removes it.
      if (entry.expiresAt <= this.#clock.nowMs()) draft.subscription.overlay.wait(entry);
      else draft.addEntry(entry);
    }
    return true;
  }

  #takeLine(subscription: Subscription, priority: Priority, ready: OverlayEntry[], draft: Draft): boolean {
    if (!this.#isFetched(subscription, priority)) return false;
    const lane = subscription.lanes.get(priority);
    const taken: Message[] = [];
    const isKnown =
      this.#takePage(subscription, priority, lane, ready, draft, taken) &&
      this.#takeTails(subscription, priority, lane, ready, draft, taken);
    if (isKnown) this.#takeReady(ready, draft, Infinity);
    draft.endLane(lane, taken);
    if (lane.parts.length === 0) lane.advance();
    return isKnown;
  }

  /** True unless the lane is behind and nothing of it has been fetched. */
  #isFetched(subscription: Subscription, priority: Priority): boolean {
    if (!(subscription.behind & (1 << priority))) return true;
    const left = subscription.lanes.peek(priority)?.pageLeft ?? 0;
    if (left < prefetchBelow) this.#supply.fetch(subscription);
    return left > 0;
  }

  /** Takes from the page; true if it was read to its end and the lane goes on in the tails. */
  #takePage(
    subscription: Subscription,
    priority: Priority,
    lane: Lane,
    ready: OverlayEntry[],
    draft: Draft,
    taken: Message[],
  ): boolean {
    const now = this.#clock.nowMs();
    while (lane.pageAt < lane.page.length) {
      const message = lane.page[lane.pageAt]!;
      if (message.position > lane.safe) {
        this.#supply.reserve(subscription);
        return false;
      }
      if (this.#isDue(subscription, lane, message, now)) {
        this.#takeReady(ready, draft, message.position);
        if (!draft.fits(message)) return false;
        draft.add(message, lane);
        taken.push(message);
      }
      lane.pageAt += 1;
      lane.read = message.position;
    }
    lane.page = [];
    lane.pageAt = 0;
    if (subscription.behind & (1 << priority)) {
      this.#supply.fetch(subscription);
      return false;
    }
    lane.read = lane.scanned;
    return true;
  }

  #takeTails(
    subscription: Subscription,
    priority: Priority,
    lane: Lane,
    ready: OverlayEntry[],
    draft: Draft,
    taken: Message[],
  ): boolean {
    if (!(subscription.hotLanes & (1 << priority))) return true;
    const messages = inTails(subscription.hotTopics(priority), priority, lane);
    if (!messages) {
      subscription.cool(priority);
      subscription.fallBehind(1 << priority);
      this.#supply.fetch(subscription);
      return false;
    }
    const now = this.#clock.nowMs();
    for (const message of messages) {
      if (message.position > lane.safe) {
        this.#supply.reserve(subscription);
        return false;
      }
      if (this.#isDue(subscription, lane, message, now)) {
        this.#takeReady(ready, draft, message.position);
        if (!draft.fits(message)) return false;
        draft.add(message, lane);
        taken.push(message);
      }
      lane.read = message.position;
      lane.scanned = message.position;
    }
    lane.read = this.#supply.committed();
    lane.scanned = lane.read;
    subscription.cool(priority);
    return true;
  }

  /** True if the message is to be delivered; one that expired or was never visible is passed. */
  #isDue(subscription: Subscription, lane: Lane, message: Message, now: number): boolean {
    if (lane.ahead.size > 0 && lane.ahead.has(message.position)) return false;
    if (!message.isAddressed && !subscription.interests.sees(this.#topics.byId(message.topicId), message.position))
      return false;
    if (message.expiresAt > now) return true;
    this.#counters.expired += 1;
    lane.passNext(message.position);
    return false;
  }
}

/** New messages of a lane in memory, in rising position; null if memory does not go back far enough. */
function inTails(topics: Topic[], priority: Priority, lane: Lane): readonly Message[] | null {
  let messages: Message[] = [];
  for (const topic of topics) {
    const tail = topic.tail(priority);
    if (!tail || tail.since > lane.scanned) {
      if (topic.last <= lane.scanned) continue;
      return null;
    }
    const start = firstAfter(tail.messages, lane.read);
    messages = messages.length === 0 ? tail.messages.slice(start) : messages.concat(tail.messages.slice(start));
  }
  return topics.length > 1 ? messages.sort((a, b) => a.position - b.position) : messages;
}

function firstAfter(messages: readonly Message[], position: Position): number {
  let low = 0;
  let high = messages.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (messages[middle]!.position <= position) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The delivery that is being put together. */
class Draft {
  readonly subscription: Subscription;
  readonly #delivery: Delivery;
  readonly #batch: Batch;
  readonly #messagesMax: number;
  readonly #bytesMax: number;
  readonly #endBytes: number;
  #bytes = 0;
  #isFull = false;

  constructor(subscription: Subscription, ids: MessageIds, messagesMax: number) {
    this.subscription = subscription;
    this.#delivery = new Delivery(subscription);
    this.#batch = new Batch(subscription.subKey, ids);
    this.#messagesMax = messagesMax;
    this.#bytesMax = subscription.options.max_frame_bytes;
    this.#endBytes = endOf(1, subscription.subKey).length + 1;
  }

  get isFull(): boolean {
    return this.#isFull || this.#batch.messages.length >= this.#messagesMax;
  }

  /** True if the message has room; a first one always has, however large. */
  fits(message: Message): boolean {
    const count = this.#batch.messages.length;
    if (count >= this.#messagesMax) return false;
    if (count === 0 || this.#bytes + message.bytes + this.#endBytes <= this.#bytesMax) return true;
    this.#isFull = true;
    return false;
  }

  add(message: Message, lane: Lane): void {
    const sent = lane.stairs.isEmpty ? 0 : lane.stairs.timesSent(message.position);
    this.#put(message, sent + 1);
  }

  addEntry(entry: OverlayEntry): void {
    const message = entry.ready!;
    this.#put(message, entry.sent);
    this.subscription.overlay.send(entry);
    this.#delivery.overlay.push({ entry, message, sent: entry.sent });
  }

  endLane(lane: Lane, messages: Message[]): void {
    if (messages.length > 0) this.#delivery.parts.push({ lane, part: lane.take(messages) });
  }

  done(): Next | null {
    return this.#batch.messages.length === 0 ? null : { delivery: this.#delivery, batch: this.#batch };
  }

  #put(message: Message, timesSent: number): void {
    this.#batch.add(message, timesSent);
    this.#bytes += message.bytes + this.#endBytes;
  }
}
