import { HoldfastError } from '../../protocol/errors.js';
import { priorityMax } from '../../protocol/message.js';
import type { MessageRow, Position } from '../../store/store.js';
import type { Counters } from '../counters.js';
import type { Puller } from '../delivery/puller.js';
import type { Pump } from '../delivery/pump.js';
import type { Retries } from '../delivery/retries.js';
import type { Settlement } from '../delivery/settlement.js';
import type { Settler } from '../delivery/settler.js';
import type { OverlayEntry } from '../lanes/overlay.js';
import { passByName } from '../lanes/pass.js';
import type { Edit } from '../publish/compose.js';
import type { Subscription } from '../subscriptions/subscription.js';
import { type Browsed, type BrowseRequest, Browsing, type BrowsingParts } from './browsing.js';
import { edited } from './edited.js';
import { type Item, isInFlight, overlaid, textOf } from './item.js';

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
    const item = await this.#changeable(subscription, msgId);
    if (version !== undefined && version !== (item.entry?.version ?? 1))
      throw conflict('its version is another', 'Read it again');
    const { gate } = this.#parts.topics.byId(item.row.topicId);
    const changed = edited(gate === null ? changes : gate.amend(changes), item.row);
    const entry = this.#offLine(subscription, item);
    // A priority that somebody gives is one in line again.
    const top = changes.priority === undefined ? entry.top : 0;
    Object.assign(entry, { ...changed, top, version: entry.version + 1 });
    return this.#save(subscription, entry, { ...item.row, ...changed });
  }

  /** The message stays in the queue and is not delivered until its release. It expires as it would have. */
  async hold(subscription: Subscription, msgId: string): Promise<string> {
    const item = await this.#changeable(subscription, msgId);
    const entry = this.#offLine(subscription, item);
    entry.state = 'held';
    return this.#save(subscription, entry, item.row);
  }

  /** A held message is delivered again, at once as far as its priority permits. One that is not held stays as it is. */
  async release(subscription: Subscription, msgId: string): Promise<string> {
    const item = await this.#changeable(subscription, msgId);
    if (item.entry?.state !== 'held') return textOf(item, subscription, this.#parts.ids);
    const entry = this.#offLine(subscription, item);
    entry.state = entry.attempts > 0 ? 'retry' : 'edited';
    entry.dueAt = 0;
    return this.#save(subscription, entry, item.row);
  }

  /** It gets the highest priority, and comes before everything that has it: what is moved last comes first. */
  async moveToTop(subscription: Subscription, msgId: string): Promise<string> {
    const item = await this.#changeable(subscription, msgId);
    const changed = edited({ priority: priorityMax }, item.row);
    const { topmost } = subscription.overlay;
    const entry = this.#offLine(subscription, item);
    Object.assign(entry, { ...changed, top: topmost + 1, dueAt: 0, version: entry.version + 1 });
    return this.#save(subscription, entry, { ...item.row, ...changed });
  }

  /** The message leaves this queue, also if it is in flight. */
  async delete(subscription: Subscription, msgId: string): Promise<void> {
    const { row, isSettled } = await this.#find(subscription, msgId);
    if (isSettled) throw conflict('it is settled', 'It is not in the queue any more');
    await this.#remove(subscription, row);
  }

  /** The same, where it is in the queue. False: it is not. */
  async deleteIfThere(subscription: Subscription, msgId: string): Promise<boolean> {
    const item = await this.#look(subscription, msgId);
    if (!item || item.isSettled) return false;
    await this.#remove(subscription, item.row);
    return true;
  }

  async #remove(subscription: Subscription, row: MessageRow): Promise<void> {
    if (!this.#parts.settlement.ack(subscription, row.position))
      passByName(subscription, row.priority, row.position, this.#parts.limits);
    else this.#parts.counters.settled -= 1;
    this.#parts.counters.deleted += 1;
    await this.#write(subscription);
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
    await this.#write(subscription);
    return depth;
  }

  async #write(subscription: Subscription): Promise<void> {
    await this.#parts.settler.save(subscription);
    // It waits for what is being loaded, as after an attach: no other message overtakes the one that is the next.
    if (subscription.attachment && subscription.overlay.topmost > 0) subscription.attachment.isUnderWay = false;
    this.#parts.retries.check(subscription);
    this.#parts.pump.wake(subscription);
  }

  /** Writes a changed entry. Answers its message as it is now, before anyone has got it. */
  async #save(subscription: Subscription, entry: OverlayEntry, row: MessageRow): Promise<string> {
    subscription.overlay.touch(entry);
    const text = textOf({ row, entry }, subscription, this.#parts.ids);
    await this.#write(subscription);
    return text;
  }

  /** A message that is in the queue and with nobody; else a `conflict`. */
  async #changeable(subscription: Subscription, msgId: string): Promise<Item> {
    const { isSettled, ...item } = await this.#find(subscription, msgId);
    if (isSettled) throw conflict('it is settled', 'It is not in the queue any more');
    if (isInFlight(subscription, item.row.position))
      throw conflict('it is in flight', 'Wait until it is settled or comes back');
    return item;
  }

  /** Its place out of line, from which it is delivered; a message of the line leaves it. It waits until it is written. */
  #offLine(subscription: Subscription, { row, entry }: Item): OverlayEntry {
    const { overlay, lanes } = subscription;
    const { overlay_rows_max: most } = this.#parts.limits;
    // One that waits in its lane has no row that could hold a change.
    if (entry ? entry.isInPlace : overlay.size >= most) throw overlayFull(most);
    if (entry) {
      overlay.wait(entry);
      return entry;
    }
    const { position, topicId, priority, expiresAt } = row;
    const sent = lanes.get(priority).stairs.timesSent(position);
    passByName(subscription, priority, position, this.#parts.limits);
    const place = { position, topicId, home: priority, priority, top: 0, expiresAt };
    const counts = { attempts: 0, sent, dueAt: 0, version: 1, lastError: null };
    return overlay.put({ ...place, ...counts, state: 'edited', body: null });
  }

  /** The message with this id; throws `not_found` if the subscription may not see it. */
  async #find(subscription: Subscription, msgId: string): Promise<Found> {
    const found = await this.#look(subscription, msgId);
    if (!found) throw noSuchMessage(msgId);
    return found;
  }

  async #look(subscription: Subscription, msgId: string): Promise<Found | null> {
    const [position] = await this.#parts.puller.positions([msgId]);
    if (position === undefined || position > this.#parts.commit.committed) return null;
    const row = await this.#read(subscription, position);
    // Looked up after the read, because the message may have been settled or have left the line meanwhile.
    const entry = subscription.overlay.get(position) ?? null;
    const item = row && entry ? overlaid(row, entry) : row && { row, entry };
    if (!item || item.row.expiresAt <= this.#parts.clock.nowMs()) return null;
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

type Found = Item & { isSettled: boolean };

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
