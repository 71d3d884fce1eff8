import {
  type EndpointRow,
  type OverlayRow,
  type Position,
  StoreFailed,
  type SubscriptionRow,
  type TopicRow,
  type Uptime,
} from '../store.js';
import { MemoryDelays } from './delays.js';
import { MemoryInterests } from './interests.js';
import { MemoryMessages } from './messages.js';
import { MemoryNames } from './names.js';

export interface StoredSubscription {
  row: SubscriptionRow;
  overlay: Map<Position, OverlayRow>;
  /** As in its `UseRow`. */
  usedAt: number | null;
}

export type UniqueName = 'topic' | 'endpoint' | 'sub_key' | 'subscription';

/** What would be on a disk: it outlives the store that works on it. */
export class MemoryDisk extends MemoryMessages {
  /** No position above it was ever given out. */
  reserved: Position = 0;
  readonly secret: string;
  readonly names = new MemoryNames();
  readonly topics = new Map<number, TopicRow>();
  readonly endpoints = new Map<number, EndpointRow>();
  /** In rising order of ids, because ids rise. */
  readonly subscriptions = new Map<number, StoredSubscription>();
  readonly interests = new MemoryInterests();
  /** Times by positions, both rising. */
  readonly marks = new Map<Position, number>();
  uptime: Uptime = { ms: 0, notedSince: null };
  readonly delays = new MemoryDelays();
  /** What it takes to put dead letters back, by subscription and position, in rising order. */
  readonly letters = new Map<number, Map<Position, { origin: string; expiresAt: number }>>();
  readonly #lastIds = new Map<UniqueName, number>();
  /** Ids by what must be unique. */
  readonly #owners = new Map<string, number>();

  constructor(secret: string) {
    super();
    this.secret = secret;
  }

  protected released(msgId: string): void {
    this.names.released(msgId);
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
    this.refer(row.position, subscription.row.id, row.expiresAt);
  }

  deleteOverlay(subscription: StoredSubscription, position: Position): void {
    if (subscription.overlay.delete(position)) this.unrefer(position, subscription.row.id);
  }
}
