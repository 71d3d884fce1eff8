import {
  type EndpointRow,
  type OverlayRow,
  type Position,
  StoreFailed,
  type SubscriptionRow,
  type TopicRow,
} from '../store.js';
import { MemoryDelays } from './delays.js';
import { MemoryInterests } from './interests.js';
import { MemoryLog, type StoredMessage } from './log.js';
import { MemoryNames } from './names.js';

export interface StoredSubscription {
  row: SubscriptionRow;
  overlay: Map<Position, OverlayRow>;
}

export type UniqueName = 'topic' | 'endpoint' | 'sub_key' | 'subscription';

/** What would be on a disk: it outlives the store that works on it. */
export class MemoryDisk {
  /** No position above it was ever given out. */
  reserved: Position = 0;
  readonly secret: string;
  readonly log = new MemoryLog();
  readonly names = new MemoryNames();
  readonly topics = new Map<number, TopicRow>();
  readonly endpoints = new Map<number, EndpointRow>();
  /** In rising order of ids, because ids rise. */
  readonly subscriptions = new Map<number, StoredSubscription>();
  readonly interests = new MemoryInterests();
  /** Times by positions, both rising. */
  readonly marks = new Map<Position, number>();
  readonly delays = new MemoryDelays();
  /** How many overlay rows refer to a message, and until when each is valid. */
  readonly #references = new Map<Position, Map<number, number>>();
  readonly #lastIds = new Map<UniqueName, number>();
  /** Ids by what must be unique. */
  readonly #owners = new Map<string, number>();

  constructor(secret: string) {
    this.secret = secret;
  }

  /** A new id for what has this unique name. Ids are never used again. */
  add(kind: UniqueName, name: string): number {
    const id = (this.#lastIds.get(kind) ?? 0) + 1;
    this.claim(kind, name, id);
    this.#lastIds.set(kind, id);
    return id;
  }

  /**
   * Gives a unique name to an id. The broker alone makes names, and knows them all, so that a name that exists is a
   * fault of the broker: nothing may go on.
   */
  claim(kind: UniqueName, name: string, id: number): void {
    const key = `${kind} ${name}`;
    if (this.#owners.has(key)) throw new StoreFailed(`The ${kind} ${JSON.stringify(name)} exists already.`);
    this.#owners.set(key, id);
  }

  find(kind: UniqueName, name: string): number | undefined {
    return this.#owners.get(`${kind} ${name}`);
  }

  /** The name may be used again. */
  disclaim(kind: UniqueName, name: string): void {
    this.#owners.delete(`${kind} ${name}`);
  }

  putOverlay(subscription: StoredSubscription, row: OverlayRow): void {
    subscription.overlay.set(row.position, { ...row });
    const references = this.#references.get(row.position);
    if (references === undefined) this.#references.set(row.position, new Map([[subscription.row.id, row.expiresAt]]));
    else references.set(subscription.row.id, row.expiresAt);
  }

  /** With the last row that refers to it goes a message that was kept for it. */
  deleteOverlay(subscription: StoredSubscription, position: Position): void {
    if (!subscription.overlay.delete(position)) return;
    const references = this.#references.get(position);
    references?.delete(subscription.row.id);
    if (references === undefined || references.size > 0) return;
    this.#references.delete(position);
    const message = this.log.get(position);
    if (message?.isKept) this.remove([message]);
  }

  /** Until when an overlay row refers to this message at most, or null. */
  referredUntil(position: Position): number | null {
    const references = this.#references.get(position);
    return references === undefined ? null : Math.max(...references.values());
  }

  remove(messages: StoredMessage[]): void {
    this.log.remove(messages);
    for (const { msgId } of messages) if (msgId !== null) this.names.released(msgId);
  }

  /** Removes messages that no lane and no mailbox needs any more, but keeps those that an overlay row refers to. */
  release(messages: StoredMessage[]): number {
    const kept = messages.filter(message => this.referredUntil(message.position) !== null);
    const gone = messages.filter(message => this.referredUntil(message.position) === null);
    if (kept.length > 0) this.log.keep(kept);
    if (gone.length > 0) this.remove(gone);
    return gone.length;
  }
}
