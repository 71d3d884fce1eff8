import type { MessageIds } from '../../protocol/ids.js';
import { priorityMax, priorityMin } from '../../protocol/message.js';
import type { Position, Priority } from '../../store/store.js';
import type { Clock } from '../clock.js';
import type { Counters } from '../counters.js';
import type { Lane } from '../lanes/lane.js';
import { type OverlayEntry, orderOf } from '../lanes/overlay.js';
import type { Message } from '../message.js';
import type { Subscription } from '../subscriptions/subscription.js';
import type { Topic } from '../topics/topic.js';
import type { Topics } from '../topics/topics.js';
import { Draft, type Next } from './draft.js';

/** What the feed asks for when memory does not have what comes next. */
export interface Supply {
  /** Fetch the next page of the lanes that are behind. */
  fetch(subscription: Subscription): void;
  /** Persist higher marks, so that more may be sent. */
  reserve(subscription: Subscription): void;
  /** The last position that is on disk. */
  committed(): Position;
}

/** One lane of a subscription while a delivery takes from it. */
interface Line {
  readonly draft: Draft;
  readonly priority: Priority;
  readonly lane: Lane;
  /** The overlay's messages that are due, oldest first. */
  readonly ready: OverlayEntry[];
  /** What was taken of the line itself. */
  readonly taken: Message[];
  /** Unix milliseconds. */
  readonly now: number;
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
    let isLineOpen = hasLine;
    if (options.delivery_err_should_block) {
      if (isOut(subscription, priority)) return true;
      if (overlay.isBlocking(priority)) isLineOpen = false;
    }
    if (isLineOpen) return this.#takeLine(subscription, priority, ready, draft);
    this.#takeReady(ready, draft, Infinity);
    return true;
  }

  #takeReady(ready: OverlayEntry[], draft: Draft, before: Position): void {
    while (ready.length > 0 && orderOf(ready[0]!) < before && draft.fits(ready[0]!.ready!)) {
      const entry = ready.shift()!;
      // It expired while it waited for room: it waits again, and whoever looks after the overlay removes it.
      if (entry.expiresAt <= this.#clock.nowMs()) draft.subscription.overlay.wait(entry);
      else draft.addEntry(entry);
    }
  }

  #takeLine(subscription: Subscription, priority: Priority, ready: OverlayEntry[], draft: Draft): boolean {
    if (!this.#isFetched(subscription, priority)) return false;
    const lane = subscription.lanes.get(priority);
    const line: Line = { draft, priority, lane, ready, taken: [], now: this.#clock.nowMs() };
    const isKnown = this.#takePage(line) && this.#takeTails(line);
    if (isKnown) this.#takeReady(ready, draft, Infinity);
    draft.endLane(lane, line.taken);
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
  #takePage(line: Line): boolean {
    const { lane } = line;
    const { subscription } = line.draft;
    while (lane.pageAt < lane.page.length) {
      if (!this.#take(line, lane.page[lane.pageAt]!)) return false;
      lane.pageAt += 1;
    }
    lane.page = [];
    lane.pageAt = 0;
    if (subscription.behind & (1 << line.priority)) {
      this.#supply.fetch(subscription);
      return false;
    }
    lane.read = lane.scanned;
    return true;
  }

  /** Takes what is new in memory; true if it was read to its end. */
  #takeTails(line: Line): boolean {
    const { lane, priority } = line;
    const { subscription } = line.draft;
    if (!(subscription.hotLanes & (1 << priority))) return true;
    const messages = inTails(subscription.hotTopics(priority), priority, lane);
    if (!messages) {
      subscription.cool(priority);
      subscription.fallBehind(1 << priority);
      this.#supply.fetch(subscription);
      return false;
    }
    for (const message of messages) {
      if (!this.#take(line, message)) return false;
      lane.scanned = message.position;
    }
    lane.read = this.#supply.committed();
    lane.scanned = lane.read;
    subscription.cool(priority);
    return true;
  }

  /** Takes or passes the next message of a line. False: it may not be sent yet, or has no room, and is still the next. */
  #take(line: Line, message: Message): boolean {
    const { draft, lane } = line;
    if (message.position > lane.safe) {
      this.#supply.reserve(draft.subscription);
      return false;
    }
    if (this.#isDue(line, message)) {
      this.#takeReady(line.ready, draft, message.position);
      if (!draft.fits(message)) return false;
      draft.add(message, lane);
      line.taken.push(message);
    }
    lane.read = message.position;
    return true;
  }

  /** True if the message is to be delivered; one that expired or was never visible is passed. */
  #isDue({ draft, lane, now }: Line, message: Message): boolean {
    if (lane.ahead.size > 0 && lane.ahead.has(message.position)) return false;
    if (!draft.subscription.sees(message, this.#topics)) return false;
    if (message.expiresAt > now) return true;
    this.#counters.expired += 1;
    lane.passNext(message.position);
    return false;
  }
}

/** True if a receiver has something of this lane. What waits in place keeps its part open, and is with nobody. */
function isOut({ lanes, overlay }: Subscription, priority: Priority): boolean {
  let open = 0;
  for (const part of lanes.peek(priority)?.parts ?? []) open += part.open;
  return open > overlay.inPlace(priority) || overlay.isOut(priority);
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
