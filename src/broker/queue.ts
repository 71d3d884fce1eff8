import { HoldfastError } from '../protocol/errors.js';
import { priorityMax } from '../protocol/message.js';
import type { MessageRow, Position } from '../store/store.js';
import { type Browsed, type BrowseRequest, Browsing, type BrowsingParts } from './browsing.js';
import { type Edit, edit, memberOf } from './compose.js';
import type { Counters } from './counters.js';
import { type Item, isInFlight, overlaid, textOf } from './item.js';
import { passByName } from './pass.js';
import type { Puller } from './puller.js';
import type { Pump } from './pump.js';
import type { Retries } from './retries.js';
import type { Settlement } from './settlement.js';
import type { Settler } from './settler.js';
import type { Subscription } from './subscription.js';

export interface QueueParts extends BrowsingParts {
  puller: Puller;
  settlement: Settlement;
  settler: Settler;
  retries: Retries;
  pump: Pump;
  counters: Counters;
}

/** Looks into a queue and mends it, message by message. Reading changes nothing (invariant 8). */
export class Queue {
  readonly #parts: QueueParts;
  readonly #browsing: Browsing;

  constructor(parts: QueueParts) {
    this.#parts = parts;
    this.#browsing = new Browsing(parts);
  }

  browse(subscription: Subscription, request: BrowseRequest): Promise<Browsed> {
    return this.#browsing.page(subscription, request);
  }

  async get(subscription: Subscription, msgId: string): Promise<string> {
    const item = await this.#find(subscription, msgId);
    if (item.isSettled) throw noSuchMessage(msgId);
    return textOf(item, subscription, this.#parts.ids);
  }

  /** Replaces parts of one message for this subscription only. Answers the message as it is now. */
  async update(subscription: Subscription, msgId: string, changes: Edit, version: number | undefined): Promise<string> {
    const { row, entry, isSettled } = await this.#find(subscription, msgId);
    if (isSettled) throw conflict('it is settled', 'It is not in the queue any more');
    if (isInFlight(subscription, row.position))
      throw conflict('it is in flight', 'Wait until it is settled or comes back');
    if (version !== undefined && version !== (entry?.version ?? 1))
      throw conflict('its version is another', 'Read it again');
    const { overlay } = subscription;
    // One that waits in its lane has no row that could hold the change.
    const hasRow = entry ? !entry.isInPlace : overlay.size < this.#parts.limits.overlay_rows_max;
    if (!hasRow) throw overlayFull(this.#parts.limits.overlay_rows_max);
    const edited = apply(changes, row);
    if (entry) {
      overlay.wait(entry);
      Object.assign(entry, { ...edited, version: entry.version + 1 });
      overlay.touch(entry);
    } else this.#leaveLine(subscription, row, edited);
    await this.#save(subscription);
    const item = { row: { ...row, ...edited }, entry: overlay.get(row.position) ?? null };
    return textOf(item, subscription, this.#parts.ids);
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

  /** A message of the line goes to the overlay with its own copy, and is delivered from there. */
  #leaveLine(subscription: Subscription, { position, topicId, priority: home }: MessageRow, edited: Edited): void {
    const sent = subscription.lanes.get(home).stairs.timesSent(position);
    passByName(subscription, home, position, this.#parts.limits);
    subscription.overlay.put({
      position,
      state: 'edited',
      topicId,
      home,
      attempts: 0,
      sent,
      dueAt: 0,
      version: 2,
      lastError: null,
      ...edited,
    });
  }

  /** The message with this id, if the subscription may see it. */
  async #find(subscription: Subscription, msgId: string): Promise<Item & { isSettled: boolean }> {
    const [position] = await this.#parts.puller.positions([msgId]);
    if (position === undefined || position > this.#parts.commit.committed) throw noSuchMessage(msgId);
    const row = await this.#read(subscription, position);
    // Looked up after the read, because the message may have been settled or have left the line meanwhile.
    const entry = subscription.overlay.get(position) ?? null;
    const item = row && entry ? overlaid(row, entry) : row && { row, entry };
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
}

/** What a change makes of a message. */
type Edited = Pick<MessageRow, 'body' | 'expiresAt' | 'priority'>;

function apply(changes: Edit, { body, expiresAt, priority }: MessageRow): Edited {
  const received = receivedMicros(body);
  return {
    body: edit(body, changes, received),
    expiresAt: changes.expiration === undefined ? expiresAt : Math.ceil(received / 1000 + changes.expiration * 1000),
    priority: changes.priority ?? priority,
  };
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
