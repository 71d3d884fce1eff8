import { HoldfastError } from '../protocol/errors.js';
import type { MessageIds } from '../protocol/ids.js';
import type { Limits } from '../protocol/limits.js';
import { priorityMax, priorityMin } from '../protocol/message.js';
import type { MessageRow, Position, Store } from '../store/store.js';
import type { Clock } from './clock.js';
import { type Edit, edit, memberOf } from './compose.js';
import type { Counters } from './counters.js';
import type { Depth } from './depth.js';
import type { GroupCommit } from './group-commit.js';
import { inDeliveryOrder, type OverlayEntry } from './overlay.js';
import type { Pages } from './pages.js';
import { passByName } from './pass.js';
import type { Puller } from './puller.js';
import type { Pump } from './pump.js';
import type { Retries } from './retries.js';
import type { Settlement } from './settlement.js';
import type { Settler } from './settler.js';
import type { Subscription } from './subscription.js';
import type { Topics } from './topics.js';

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

/** One message of a queue, as it would be delivered, with where it is. */
interface Item {
  row: MessageRow;
  entry: OverlayEntry | null;
}

/** Rows that one browse may look at before it answers with what it found so far. */
const searchedMax = 20_000;

export interface QueueParts {
  store: Store;
  topics: Topics;
  pages: Pages;
  puller: Puller;
  settlement: Settlement;
  settler: Settler;
  retries: Retries;
  pump: Pump;
  depth: Depth;
  commit: GroupCommit;
  ids: MessageIds;
  clock: Clock;
  limits: Limits;
  counters: Counters;
}

/** Looks into a queue and mends it, message by message. Reading changes nothing (invariant 8). */
export class Queue {
  readonly #parts: QueueParts;

  constructor(parts: QueueParts) {
    this.#parts = parts;
  }

  async browse(subscription: Subscription, request: BrowseRequest): Promise<Browsed> {
    const depth = await this.#parts.depth.of(subscription);
    const overlaid = await this.#overlaid(subscription);
    const found: Item[] = [];
    let place = request.cursor === undefined ? { priority: priorityMax, position: 0 } : readCursor(request.cursor);
    let chars = 0;
    const isFull = () => found.length === request.maxMessages || chars >= this.#parts.limits.browse_chars;
    for (let searched = 0; searched < searchedMax; ) {
      const { items, looked, next } = await this.#page(subscription, overlaid, place, request.priority);
      searched += looked;
      for (const item of items) {
        if (isFull()) break;
        place = { priority: item.row.priority, position: item.row.position };
        if (!this.#isWanted(item, request)) continue;
        found.push(item);
        chars += item.row.body.length;
      }
      if (isFull()) break;
      if (!next) return { messages: this.#texts(subscription, found), depth, nextCursor: null };
      place = next;
    }
    return { messages: this.#texts(subscription, found), depth, nextCursor: writeCursor(place) };
  }

  async get(subscription: Subscription, msgId: string): Promise<string> {
    const item = await this.#find(subscription, msgId);
    if (item.isSettled) throw noSuchMessage(msgId);
    return this.#text(subscription, item);
  }

  /** Replaces parts of one message for this subscription only. Answers the message as it is now. */
  async update(subscription: Subscription, msgId: string, changes: Edit, version: number | undefined): Promise<string> {
    const { row, entry, isSettled } = await this.#find(subscription, msgId);
    if (isSettled) throw conflict('it is settled', 'It is not in the queue any more');
    if (this.#isInFlight(subscription, row.position))
      throw conflict('it is in flight', 'Wait until it is settled or comes back');
    if (version !== undefined && version !== (entry?.version ?? 1))
      throw conflict('its version is another', 'Read it again');
    const { overlay, lanes } = subscription;
    // One that waits in its lane has no row that could hold the change.
    const hasRow = entry ? !entry.isInPlace : overlay.size < this.#parts.limits.overlay_rows_max;
    if (!hasRow) throw overlayFull(this.#parts.limits.overlay_rows_max);
    const received = receivedMicros(row.body);
    const body = edit(row.body, changes, received);
    const expiresAt =
      changes.expiration === undefined ? row.expiresAt : Math.ceil(received / 1000 + changes.expiration * 1000);
    const priority = changes.priority ?? row.priority;
    if (entry) {
      overlay.wait(entry);
      Object.assign(entry, { body, expiresAt, priority, version: entry.version + 1 });
      overlay.touch(entry);
    } else {
      const lane = lanes.get(row.priority);
      const sent = lane.stairs.timesSent(row.position);
      const { position, topicId } = row;
      passByName(subscription, row.priority, position, this.#parts.limits);
      overlay.put({
        position,
        state: 'edited',
        topicId,
        home: row.priority,
        priority,
        attempts: 0,
        sent,
        dueAt: 0,
        expiresAt,
        version: 2,
        lastError: null,
        body,
      });
    }
    await this.#save(subscription);
    const edited = overlay.get(row.position) ?? null;
    return this.#text(subscription, { row: { ...row, body, expiresAt, priority }, entry: edited });
  }

  /** The message leaves this queue, also if it is in flight. */
  async delete(subscription: Subscription, msgId: string): Promise<void> {
    const { row, isSettled } = await this.#find(subscription, msgId);
    if (isSettled) throw conflict('it is settled', 'It is not in the queue any more');
    if (!this.#parts.settlement.ack(subscription, row.position))
      passByName(subscription, row.priority, row.position, this.#parts.limits);
    else this.#parts.counters.settled -= 1;
    this.#parts.counters.deleted += 1;
    await this.#save(subscription);
  }

  /** Everything that is in the queue now leaves it. */
  async clear(subscription: Subscription): Promise<number> {
    const depth = await this.#parts.depth.of(subscription);
    subscription.lanes.clear(this.#parts.commit.committed);
    for (const entry of [...subscription.overlay.entries()]) {
      entry.isInFlight = false;
      subscription.removeEntry(entry);
    }
    subscription.inFlight = 0;
    this.#parts.counters.cleared += depth;
    await this.#save(subscription);
    return depth;
  }

  async #save(subscription: Subscription): Promise<void> {
    await this.#parts.settler.save(subscription);
    this.#parts.retries.check(subscription);
    this.#parts.pump.wake(subscription);
  }

  /** The message with this id, if the subscription may see it. */
  async #find(subscription: Subscription, msgId: string): Promise<Item & { isSettled: boolean }> {
    const [position] = await this.#parts.puller.positions([msgId]);
    if (position === undefined || position > this.#parts.commit.committed) throw noSuchMessage(msgId);
    const row = await this.#read(subscription, position);
    // Looked up after the read, because the message may have been settled or have left the line meanwhile.
    const entry = subscription.overlay.get(position) ?? null;
    const item = row && entry ? overlay({ row, entry }) : row && { row, entry };
    if (!item || item.row.expiresAt <= this.#parts.clock.nowMs()) throw noSuchMessage(msgId);
    const { priority } = item.row;
    const { lanes } = subscription;
    const isPassed = lanes.peek(priority)?.isPassed(position) ?? position <= lanes.cursorOf(priority);
    return { ...item, isSettled: !entry && isPassed };
  }

  /** The message at a position, if the subscription may see it. */
  async #read(subscription: Subscription, position: Position): Promise<MessageRow | undefined> {
    if (subscription.overlay.get(position)) return (await this.#parts.store.readMessages([position]))[0];
    const after = new Array<Position>(priorityMax + 1).fill(position - 1);
    const scope = this.#parts.pages.scopeOf(subscription);
    const page = await this.#parts.store.readPage({ scope, after, upto: position, now: 0, limit: 1, limitBytes: 1 });
    const [row] = page.rows;
    return row && subscription.sees(row, this.#parts.topics) ? row : undefined;
  }

  /** The overlay's messages, in the order of delivery. */
  async #overlaid(subscription: Subscription): Promise<Item[]> {
    const now = this.#parts.clock.nowMs();
    const entries = [...subscription.overlay.entries()].filter(entry => !entry.isInPlace && entry.expiresAt > now);
    if (entries.length === 0) return [];
    const rows = await this.#parts.store.readMessages(entries.map(entry => entry.position));
    const byPosition = new Map(rows.map(row => [row.position, row]));
    return entries.sort(inDeliveryOrder).flatMap(entry => {
      const row = byPosition.get(entry.position);
      return row ? [overlay({ row, entry })] : [];
    });
  }

  /** What follows a place in the queue: a page of the line, with the overlay's messages of the same stretch. */
  async #page(subscription: Subscription, overlaid: Item[], place: Place, only: number | undefined) {
    const { lanes } = subscription;
    const upto = this.#parts.commit.committed;
    const after = new Array<Position>(priorityMax + 1).fill(upto);
    for (let p = priorityMin; p <= priorityMax; p += 1) {
      if (p > place.priority || (only !== undefined && p !== only)) continue;
      after[p] = Math.max(lanes.cursorOf(p), p === place.priority ? place.position : 0);
    }
    const now = this.#parts.clock.nowMs();
    const { page_messages: limit, page_bytes: limitBytes } = this.#parts.limits;
    const page = await this.#parts.store.readPage({
      scope: this.#parts.pages.scopeOf(subscription),
      after,
      upto,
      now,
      limit,
      limitBytes,
    });
    const open = page.scanned.findLastIndex((scanned, p) => p >= priorityMin && scanned < upto);
    const next = open < 0 ? null : { priority: open, position: page.scanned[open]! };
    const items: Item[] = page.rows
      .filter(
        row =>
          row.expiresAt > now &&
          subscription.sees(row, this.#parts.topics) &&
          !lanes.peek(row.priority)?.isPassed(row.position),
      )
      .map(row => ({ row, entry: null }));
    const between = overlaid.filter(({ row }) => isAfter(row, place) && (!next || !isAfter(row, next)));
    const all = [...items, ...between.filter(({ row }) => only === undefined || row.priority === only)];
    all.sort((a, b) => b.row.priority - a.row.priority || a.row.position - b.row.position);
    return { items: all, looked: page.rows.length + 1, next };
  }

  #isWanted({ row }: Item, { search, topicName }: BrowseRequest): boolean {
    if (topicName !== undefined && this.#parts.topics.byId(row.topicId).name !== topicName) return false;
    return search === undefined || row.body.includes(search);
  }

  #isInFlight(subscription: Subscription, position: Position): boolean {
    return subscription.overlay.get(position)?.isInFlight ?? subscription.findInFlight(position) !== null;
  }

  #texts(subscription: Subscription, items: Item[]): string[] {
    return items.map(item => this.#text(subscription, item));
  }

  #text(subscription: Subscription, { row, entry }: Item): string {
    const isInFlight = this.#isInFlight(subscription, row.position);
    const sent = entry?.sent ?? this.#timesSent(subscription, row, isInFlight);
    const state = isInFlight ? 'in_flight' : entry && entry.state !== 'edited' ? entry.state : 'ready';
    return (
      `{"msg_id":"${row.msgId ?? this.#parts.ids.encode(row.position)}",${row.body},"delivery_count":${sent},"sub_key":"${subscription.subKey}"` +
      `,"version":${entry?.version ?? 1},"state":"${state}","attempts":${entry?.attempts ?? 0},"last_error":${JSON.stringify(entry?.lastError ?? null)}}`
    );
  }

  #timesSent({ lanes }: Subscription, row: MessageRow, isInFlight: boolean): number {
    return (lanes.peek(row.priority)?.stairs.timesSent(row.position) ?? 0) + (isInFlight ? 1 : 0);
  }
}

interface Place {
  priority: number;
  position: Position;
}

function isAfter(row: MessageRow, place: Place): boolean {
  return row.priority < place.priority || (row.priority === place.priority && row.position > place.position);
}

function overlay({ row, entry }: { row: MessageRow; entry: OverlayEntry }): Item {
  return { row: { ...row, priority: entry.priority, expiresAt: entry.expiresAt, body: entry.body ?? row.body }, entry };
}

function writeCursor({ priority, position }: Place): string {
  return `${priority}.${position.toString(36)}`;
}

function readCursor(text: string): Place {
  const match = /^([1-9])\.([0-9a-z]{1,11})$/.exec(text);
  if (!match) {
    const reason = 'must be a next_cursor of an earlier answer';
    throw new HoldfastError('invalid_params', `cursor ${reason}`, { path: 'cursor', reason });
  }
  return { priority: Number(match[1]), position: Number.parseInt(match[2]!, 36) };
}

/** The time of reception as it stands in the message, so that an edited expiration counts from it. */
function receivedMicros(body: string): number {
  const iso = JSON.parse(memberOf(body, 'recv_time_iso') ?? '""') as string;
  return Date.parse(`${iso.slice(0, 23)}Z`) * 1000 + Number(iso.slice(23, 26));
}

function noSuchMessage(msgId: string): HoldfastError {
  return new HoldfastError('not_found', `The queue has no message ${msgId}; it may have expired.`);
}

function conflict(reason: string, hint: string): HoldfastError {
  return new HoldfastError('conflict', `The message cannot be changed: ${reason}. ${hint}.`, { reason });
}

function overlayFull(most: number): HoldfastError {
  return new HoldfastError(
    'overloaded',
    `The subscription has ${most} messages out of line (overlay_rows_max). Settle some first.`,
    {
      retry_after: 1,
    },
  );
}
