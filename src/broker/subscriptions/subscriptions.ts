import { HoldfastError } from '../../protocol/errors.js';
import type { Limits } from '../../protocol/limits.js';
import type { LoadedSubscription, Position, Store, SubscriptionKey } from '../../store/store.js';
import type { Clock } from '../clock.js';
import type { Endpoint } from '../endpoints/endpoint.js';
import type { Endpoints } from '../endpoints/endpoints.js';
import type { Topics } from '../topics/topics.js';
import type { Audience } from './audience.js';
import { Subscription } from './subscription.js';

/** What happens to subscriptions that the registry tells about. */
export interface SubscriptionEvents {
  /** There is something to serve. */
  wake(subscription: Subscription): void;
  /** It has no receiver any more: its marks are to be taken back on disk, so that no message counts as sent. */
  idle(subscription: Subscription): Promise<void>;
  /** It leaves memory. */
  evicted(subscription: Subscription): void;
}

export interface SubscriptionsParts {
  store: Store;
  endpoints: Endpoints;
  topics: Topics;
  audience: Audience;
  clock: Clock;
  limits: Limits;
  /** No message above it can have been sent before this process started. */
  sentMax: Position;
}

/** The subscriptions in memory: those that are attached or have been used just now. All others are in the store only. */
export class Subscriptions {
  readonly #parts: SubscriptionsParts;
  readonly #on: SubscriptionEvents;
  readonly #byId = new Map<number, Subscription>();
  readonly #byKey = new Map<string, Subscription>();
  readonly #byName = new Map<string, Subscription>();
  /** When, counted in evictions, a subscription left memory while something was being loaded. */
  readonly #evictedAt = new Map<number, number>();
  #evictions = 0;
  readonly #loading = new Map<string, Promise<LoadedSubscription | null>>();
  /** Subscriptions without receiver, since when (Unix milliseconds). */
  readonly #idle = new Map<Subscription, number>();
  #isSweeping = false;
  attached = 0;

  constructor(parts: SubscriptionsParts, on: SubscriptionEvents) {
    this.#parts = parts;
    this.#on = on;
  }

  /** In memory, or undefined. */
  peek(id: number): Subscription | undefined {
    return this.#byId.get(id);
  }

  loaded(): IterableIterator<Subscription> {
    return this.#byId.values();
  }

  /** Does something with a subscription, which stays in memory meanwhile. */
  async use<T>(key: SubscriptionKey, work: (subscription: Subscription) => Promise<T>): Promise<T> {
    const used = await this.useIfThere(key, async subscription => ({ result: await work(subscription) }));
    if (!used) throw new HoldfastError('not_found', 'There is no subscription with this sub_key. Subscribe again.');
    return used.result;
  }

  /** The same, or null if there is no such subscription. */
  async useIfThere<T>(key: SubscriptionKey, work: (subscription: Subscription) => Promise<T>): Promise<T | null> {
    const subscription = await this.#find(key);
    if (!subscription) return null;
    try {
      return subscription.isDeleted ? null : await work(subscription);
    } finally {
      subscription.holds -= 1;
      this.release(subscription);
    }
  }

  /** Its receiver can take more again. */
  wake(subscription: Subscription): void {
    this.#on.wake(subscription);
  }

  add({ row, overlay }: LoadedSubscription): Subscription {
    const endpoint: Endpoint = this.#parts.endpoints.byId(row.endpointId);
    const { sentMax, limits, topics } = this.#parts;
    // The rows of a deleted topic go with its messages, some time later.
    const loaded = { row, overlay: overlay.filter(({ topicId }) => !topics.byId(topicId).isDeleted) };
    const subscription = new Subscription(loaded, endpoint, sentMax, limits.merged_topics_max, this.#on.wake);
    this.#byId.set(subscription.id, subscription);
    this.#byKey.set(subscription.subKey, subscription);
    if (subscription.name !== null) this.#byName.set(nameKey(endpoint.id, subscription.name), subscription);
    return subscription;
  }

  /** It listens from now on; what came before it reads from the store. */
  activate(subscription: Subscription): void {
    if (subscription.isActive) return;
    subscription.isActive = true;
    subscription.retreat();
    for (const pattern of subscription.interests.openPatterns) this.#parts.audience.add(pattern, subscription);
  }

  deactivate(subscription: Subscription): void {
    if (!subscription.isActive) return;
    subscription.isActive = false;
    for (const pattern of subscription.interests.patterns) this.#parts.audience.delete(pattern, subscription);
    subscription.retreat();
    subscription.retryTimer?.cancel();
    subscription.retryTimer = null;
  }

  /** Gone for good. */
  remove(subscription: Subscription): void {
    subscription.isDeleted = true;
    this.deactivate(subscription);
    this.#evict(subscription);
  }

  /** Called whenever a reason to keep the subscription in memory may have gone. */
  release(subscription: Subscription): void {
    if (!isIdle(subscription)) this.#idle.delete(subscription);
    else if (!subscription.isActive) this.#evict(subscription);
    else {
      if (!this.#idle.has(subscription)) this.#idle.set(subscription, this.#parts.clock.nowMs());
      this.#sweepLater();
    }
  }

  /** A subscription that was just pulled from stays a while, because the next pull is likely to come soon. */
  #sweepLater(): void {
    if (this.#isSweeping) return;
    this.#isSweeping = true;
    this.#parts.clock.after(this.#parts.limits.linger_ms, () => {
      this.#isSweeping = false;
      const before = this.#parts.clock.nowMs() - this.#parts.limits.linger_ms;
      for (const [subscription, since] of this.#idle) {
        if (since > before) break;
        this.#idle.delete(subscription);
        if (!isIdle(subscription)) continue;
        this.deactivate(subscription);
        this.#on.idle(subscription).catch(() => {});
      }
      if (this.#idle.size > 0) this.#sweepLater();
    });
  }

  #evict(subscription: Subscription): void {
    this.#idle.delete(subscription);
    this.#on.evicted(subscription);
    if (this.#byId.get(subscription.id) !== subscription) return;
    this.#byId.delete(subscription.id);
    this.#byKey.delete(subscription.subKey);
    if (subscription.name !== null) this.#byName.delete(nameKey(subscription.endpoint.id, subscription.name));
    this.#evictions += 1;
    if (this.#loading.size > 0) this.#evictedAt.set(subscription.id, this.#evictions);
  }

  /** Finds or loads it, with one more hold. */
  async #find(key: SubscriptionKey): Promise<Subscription | null> {
    const known = this.#known(key);
    if (known) return hold(known);
    const text = JSON.stringify(key);
    const loading = this.#loading.get(text) ?? this.#load(key, text);
    const loaded = await loading;
    if (!loaded) return null;
    return hold(this.#byId.get(loaded.row.id) ?? this.add(loaded));
  }

  /**
   * Loads it. What was in memory and left it while the store was reading may have been written after it was read: then
   * it is read again, because an older state would deliver once more what is settled.
   */
  #load(key: SubscriptionKey, text: string): Promise<LoadedSubscription | null> {
    const read = async (): Promise<LoadedSubscription | null> => {
      const startedAt = this.#evictions;
      const loaded = await this.#parts.store.loadSubscription(key);
      const evictedAt = loaded ? (this.#evictedAt.get(loaded.row.id) ?? 0) : 0;
      return evictedAt > startedAt ? read() : loaded;
    };
    const loading = read().finally(() => {
      this.#loading.delete(text);
      if (this.#loading.size === 0) this.#evictedAt.clear();
    });
    this.#loading.set(text, loading);
    return loading;
  }

  #known(key: SubscriptionKey): Subscription | undefined {
    if ('id' in key) return this.#byId.get(key.id);
    if ('subKey' in key) return this.#byKey.get(key.subKey);
    return this.#byName.get(nameKey(key.endpointId, key.name));
  }
}

function nameKey(endpointId: number, name: string): string {
  return `${endpointId} ${name}`;
}

function hold(subscription: Subscription): Subscription {
  subscription.holds += 1;
  return subscription;
}

function isIdle(subscription: Subscription): boolean {
  const { holds, attachment, waiters, inFlight, overlay } = subscription;
  return holds === 0 && !attachment && !waiters?.length && inFlight === 0 && !overlay.isChanged;
}
