import { HoldfastError } from '../protocol/errors.js';
import type { LoadedSubscription, Position, Store, SubscriptionKey } from '../store/store.js';
import type { Audience } from './audience.js';
import type { Clock } from './clock.js';
import type { Endpoint } from './endpoint.js';
import type { Endpoints } from './endpoints.js';
import type { Limits } from '../protocol/limits.js';
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

/** The subscriptions in memory: those that are attached or have been used just now. All others are in the store only. */
export class Subscriptions {
  readonly #store: Store;
  readonly #endpoints: Endpoints;
  readonly #audience: Audience;
  readonly #clock: Clock;
  readonly #limits: Limits;
  readonly #on: SubscriptionEvents;
  /** No message above it can have been sent before this process started. */
  readonly #sentMax: Position;
  readonly #byId = new Map<number, Subscription>();
  readonly #byKey = new Map<string, Subscription>();
  readonly #loading = new Map<string, Promise<LoadedSubscription | null>>();
  /** Subscriptions without receiver, since when (Unix milliseconds). */
  readonly #idle = new Map<Subscription, number>();
  #isSweeping = false;
  attached = 0;

  constructor(
    parts: { store: Store; endpoints: Endpoints; audience: Audience; clock: Clock; limits: Limits; sentMax: Position },
    on: SubscriptionEvents,
  ) {
    this.#store = parts.store;
    this.#endpoints = parts.endpoints;
    this.#audience = parts.audience;
    this.#clock = parts.clock;
    this.#limits = parts.limits;
    this.#sentMax = parts.sentMax;
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
      return await work(subscription);
    } finally {
      subscription.holds -= 1;
      this.release(subscription);
    }
  }

  /** Its receiver can take more again. */
  wake(subscription: Subscription): void {
    this.#on.wake(subscription);
  }

  add(loaded: LoadedSubscription): Subscription {
    const endpoint: Endpoint = this.#endpoints.byId(loaded.row.endpointId);
    const subscription = new Subscription(loaded, endpoint, this.#sentMax, this.#on.wake);
    this.#byId.set(subscription.id, subscription);
    this.#byKey.set(subscription.subKey, subscription);
    return subscription;
  }

  /** It listens from now on; what came before it reads from the store. */
  activate(subscription: Subscription): void {
    if (subscription.isActive) return;
    subscription.isActive = true;
    subscription.retreat();
    for (const pattern of subscription.interests.openPatterns) this.#audience.add(pattern, subscription);
  }

  deactivate(subscription: Subscription): void {
    if (!subscription.isActive) return;
    subscription.isActive = false;
    for (const pattern of subscription.interests.patterns) this.#audience.delete(pattern, subscription);
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
    if (!isIdle(subscription)) return void this.#idle.delete(subscription);
    if (!subscription.isActive) return this.#evict(subscription);
    if (!this.#idle.has(subscription)) this.#idle.set(subscription, this.#clock.nowMs());
    this.#sweepLater();
  }

  /** A subscription that was just pulled from stays a while, because the next pull is likely to come soon. */
  #sweepLater(): void {
    if (this.#isSweeping) return;
    this.#isSweeping = true;
    this.#clock.after(this.#limits.linger_ms, () => {
      this.#isSweeping = false;
      const before = this.#clock.nowMs() - this.#limits.linger_ms;
      for (const [subscription, since] of this.#idle) {
        if (since > before) break;
        this.#idle.delete(subscription);
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
  }

  /** Finds or loads it, with one more hold. */
  async #find(key: SubscriptionKey): Promise<Subscription | null> {
    const known = this.#known(key);
    if (known) return hold(known);
    const text = JSON.stringify(key);
    let loading = this.#loading.get(text);
    if (!loading) {
      loading = this.#store.loadSubscription(key).finally(() => this.#loading.delete(text));
      this.#loading.set(text, loading);
    }
    const loaded = await loading;
    if (!loaded) return null;
    return hold(this.#byId.get(loaded.row.id) ?? this.add(loaded));
  }

  #known(key: SubscriptionKey): Subscription | undefined {
    if ('id' in key) return this.#byId.get(key.id);
    if ('subKey' in key) return this.#byKey.get(key.subKey);
    return undefined;
  }
}

function hold(subscription: Subscription): Subscription {
  subscription.holds += 1;
  return subscription;
}

function isIdle(subscription: Subscription): boolean {
  const { holds, attachment, waiters, inFlight, overlay } = subscription;
  return holds === 0 && !attachment && !waiters?.length && inFlight === 0 && !overlay.isChanged;
}
