import { HoldfastError } from '../../protocol/errors.js';
import type { MessageIds } from '../../protocol/ids.js';
import type { Limits } from '../../protocol/limits.js';
import { priorityMax, priorityMin } from '../../protocol/message.js';
import type { Position, Store } from '../../store/store.js';
import type { Clock } from '../clock.js';
import type { Pages } from '../delivery/pages.js';
import { inDeliveryOrder, type OverlayEntry, orderOf } from '../lanes/overlay.js';
import type { GroupCommit } from '../publish/group-commit.js';
import type { Subscription } from '../subscriptions/subscription.js';
import type { Topics } from '../topics/topics.js';
import type { Depth } from './depth.js';
import { type Item, overlaid, textOf } from './item.js';

export interface BrowseRequest {
  maxMessages: number;
  cursor?: string;
  /** Only messages whose text contains this. */
  search?: string;
  priority?: number;
  topicName?: string;
}

export interface Browsed {
  /** JSON texts of messages, in the order of delivery. */
  messages: string[];
  depth: number;
  nextCursor: string | null;
}

/** Rows that one browse may look at before it answers with what it found so far. */
export const searchedMax = 20_000;

export interface BrowsingParts {
  store: Store;
  topics: Topics;
  pages: Pages;
  depth: Depth;
  commit: GroupCommit;
  ids: MessageIds;
  clock: Clock;
  limits: Limits;
}

/** Reads a queue page by page, in the order of delivery, without changing anything (invariant 8). */
export class Browsing {
  readonly #parts: BrowsingParts;

  constructor(parts: BrowsingParts) {
    this.#parts = parts;
  }

  /** Up to `maxMessages` of the queue, from the cursor on. */
  async page(subscription: Subscription, request: BrowseRequest): Promise<Browsed> {
    const depth = await this.#parts.depth.of(subscription);
    const outOfLine = this.#outOfLine(subscription);
    const found: Item[] = [];
    const texts = () => found.map(item => textOf(item, subscription, this.#parts.ids));
    let place = request.cursor === undefined ? { priority: priorityMax, order: -Infinity } : readCursor(request.cursor);
    let chars = 0;
    const isFull = () => found.length === request.maxMessages || chars >= this.#parts.limits.browse_chars;
    for (let searched = 0; searched < searchedMax; ) {
      const { items, looked, next } = await this.#next(subscription, outOfLine, place, request.priority);
      searched += looked;
      for (const item of items) {
        if (isFull()) break;
        place = placeOf(item);
        if (!this.#isWanted(item, request)) continue;
        found.push(item);
        chars += item.row.body.length;
      }
      if (isFull()) break;
      if (!next) return { messages: texts(), depth, nextCursor: null };
      place = next;
    }
    return { messages: texts(), depth, nextCursor: writeCursor(place) };
  }

  /** The overlay's messages, in the order of delivery. Their bodies are read where they are looked at. */
  #outOfLine(subscription: Subscription): OverlayEntry[] {
    const now = this.#parts.clock.nowMs();
    const entries = [...subscription.overlay.entries()].filter(entry => !entry.isInPlace && entry.expiresAt > now);
    return entries.sort(inDeliveryOrder);
  }

  /** What follows a place in the queue: a page of the line, with the overlay's messages of the same stretch. */
  async #next(subscription: Subscription, outOfLine: OverlayEntry[], place: Place, only: number | undefined) {
    const { page_messages: limit, page_bytes: limitBytes } = this.#parts.limits;
    const { page, upto, now } = await this.#readLine(subscription, place, only, { limit, limitBytes });
    const open = page.scanned.findLastIndex((scanned, p) => p >= priorityMin && scanned < upto);
    let next = open < 0 ? null : { priority: open, order: page.scanned[open]! };
    const between = outOfLine.filter(
      entry =>
        isAfter(placeOfEntry(entry), place) &&
        !isPast(placeOfEntry(entry), next) &&
        (only === undefined || entry.priority === only),
    );
    if (between.length > limit) next = placeOfEntry(between[limit - 1]!);
    const items: Item[] = page.rows
      .filter(
        row =>
          !isPast({ priority: row.priority, order: row.position }, next) &&
          row.expiresAt > now &&
          subscription.sees(row, this.#parts.topics) &&
          !subscription.lanes.peek(row.priority)?.isPassed(row.position),
      )
      .map(row => ({ row, entry: null }));
    items.push(...(await this.#read(between.slice(0, limit))));
    items.sort((a, b) => (isAfter(placeOf(a), placeOf(b)) ? 1 : -1));
    // A page that ends before it is full was long in bytes, or walked over many rows of other topics.
    const looked = next && page.rows.length < limit ? limit : page.rows.length + 1;
    return { items, looked, next };
  }

  async #readLine(
    subscription: Subscription,
    place: Place,
    only: number | undefined,
    bounds: { limit: number; limitBytes: number },
  ) {
    const upto = this.#parts.commit.committed;
    const now = this.#parts.clock.nowMs();
    const after = new Array<Position>(priorityMax + 1).fill(upto);
    for (let p = priorityMin; p <= priorityMax; p += 1) {
      if (p > place.priority || (only !== undefined && p !== only)) continue;
      after[p] = Math.max(subscription.lanes.cursorOf(p), p === place.priority ? place.order : 0);
    }
    const scope = this.#parts.pages.scopeOf(subscription);
    const page = await this.#parts.store.readPage({ scope, after, upto, now, ...bounds });
    return { page, upto, now };
  }

  async #read(entries: OverlayEntry[]): Promise<Item[]> {
    if (entries.length === 0) return [];
    const rows = await this.#parts.store.readMessages(entries.map(entry => entry.position));
    const byPosition = new Map(rows.map(row => [row.position, row]));
    return entries.flatMap(entry => {
      const row = byPosition.get(entry.position);
      return row ? [overlaid(row, entry)] : [];
    });
  }

  #isWanted({ row }: Item, { search, topicName }: BrowseRequest): boolean {
    if (topicName !== undefined && this.#parts.topics.byId(row.topicId).name !== topicName) return false;
    return search === undefined || row.body.includes(search);
  }
}

/** A place in the order of delivery. */
export interface Place {
  priority: number;
  /** The position, or what stands for it. */
  order: number;
}

function placeOf({ row, entry }: Item): Place {
  return { priority: row.priority, order: entry ? orderOf(entry) : row.position };
}

function placeOfEntry(entry: OverlayEntry): Place {
  return { priority: entry.priority, order: orderOf(entry) };
}

function isAfter(one: Place, place: Place): boolean {
  return one.priority < place.priority || (one.priority === place.priority && one.order > place.order);
}

function isPast(one: Place, end: Place | null): boolean {
  return end !== null && isAfter(one, end);
}

export function writeCursor({ priority, order }: Place): string {
  return `${priority}.${order === -Infinity ? '' : order.toString(36)}`;
}

export function readCursor(text: string): Place {
  const match = /^([1-9])\.(-?[0-9a-z]{1,11})?$/.exec(text);
  if (!match) {
    const reason = 'must be a next_cursor of an earlier answer';
    throw new HoldfastError('invalid_params', `cursor ${reason}`, { path: 'cursor', reason });
  }
  return { priority: Number(match[1]), order: match[2] === undefined ? -Infinity : Number.parseInt(match[2], 36) };
}
