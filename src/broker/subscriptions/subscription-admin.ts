import type { Limits } from '../../protocol/limits.js';
import type { ListedRow, Store } from '../../store/store.js';
import type { Endpoint } from '../endpoints/endpoint.js';
import type { Endpoints } from '../endpoints/endpoints.js';
import type { Beginning } from './beginnings.js';
import { decodeOptions, type SubscriptionOptions } from './options.js';
import type { Receiver } from './receiver.js';
import type { Standing } from './standing.js';
import type { Subscriber } from './subscriber.js';
import type { Subscription } from './subscription.js';
import type { Subscriptions } from './subscriptions.js';

export interface SubscriptionAdminParts {
  store: Store;
  endpoints: Endpoints;
  subscriptions: Subscriptions;
  subscriber: Subscriber;
  standing: Standing;
  limits: Limits;
}

/** What a subscription is to be: of whom, of what, and how. */
export interface WantedSubscription {
  username: string;
  name?: string;
  /** Topic names and patterns, checked. */
  patterns: string[];
  /** Where a new one begins. Left out: with what comes from now on. */
  from?: Beginning;
  options: Partial<SubscriptionOptions>;
}

export interface SubscriptionList {
  /** By rising id. They may be gone by the time they are looked at. */
  ids: number[];
  /** After which id the next page begins, or null after the last. */
  next: number | null;
}

/** Makes, changes and lists subscriptions for who administers them. */
export class SubscriptionAdmin {
  readonly #parts: SubscriptionAdminParts;

  constructor(parts: SubscriptionAdminParts) {
    this.#parts = parts;
  }

  /** Does `work` with the new subscription. Throws `conflict` if the endpoint has one of that name. */
  async create<T>(wanted: WantedSubscription, work: (subscription: Subscription) => Promise<T>): Promise<T> {
    const { endpoint, options } = this.#read(wanted);
    const defaultMethod = options.receiver ? ('notify' as const) : ('pull' as const);
    const request = { ...wanted, defaultMethod, sink: null, isAdministrative: true, mustBeNew: true };
    const { subscription } = await this.#parts.subscriber.subscribe(endpoint, request);
    return this.#parts.subscriptions.use({ id: subscription.id }, work);
  }

  /** Makes the subscription, or adds topics that it has not, and sets the options that are named. */
  async declare(wanted: WantedSubscription): Promise<void> {
    const { endpoint, options } = this.#read(wanted);
    const defaultMethod = options.receiver ? ('notify' as const) : ('pull' as const);
    const request = { ...wanted, defaultMethod, sink: null, isAdministrative: true };
    await this.#parts.subscriber.subscribe(endpoint, request);
  }

  /** Sets the options that are named, and, unless null, all topics that it has from then on. Throws `invalid_params` for a receiver that cannot be used. */
  async update(
    subscription: Subscription,
    options: Partial<SubscriptionOptions>,
    patterns: string[] | null,
    isAdministrative: boolean,
  ): Promise<void> {
    if (options.receiver) this.#parts.standing.check(options.receiver);
    await this.#parts.subscriber.update(subscription, options, patterns, isAdministrative);
  }

  /**
   * Subscriptions after an id whose name, endpoint, or one of whose topics holds `search`, of everyone or of one endpoint.
   * It looks at `list_rows_max` of them at most, so a page may be short, or empty, and there is a next one.
   */
  async list(owner: Endpoint | null, search: string, afterId: number, limit: number): Promise<SubscriptionList> {
    const { store, limits } = this.#parts;
    const ids: number[] = [];
    const step = search === '' ? limit + 1 : limits.list_items_max;
    for (let looked = 0; looked < limits.list_rows_max; looked += step) {
      const rows = await store.listSubscriptions({ afterId, limit: step, endpointId: owner?.id });
      for (const row of rows) {
        if (!this.#holds(row, search)) continue;
        if (ids.length === limit) return { ids, next: ids.at(-1)! };
        ids.push(row.id);
      }
      if (rows.length < step) return { ids, next: null };
      afterId = rows.at(-1)!.id;
    }
    return { ids, next: afterId };
  }

  #read({ username, options }: WantedSubscription) {
    const endpoint = this.#parts.endpoints.get(username);
    if (options.receiver) this.#parts.standing.check(options.receiver);
    return { endpoint, options };
  }

  #holds({ name, endpointId, patterns, options }: ListedRow, search: string): boolean {
    if (search === '') return true;
    const { username } = this.#parts.endpoints.byId(endpointId);
    const { receiver } = decodeOptions(options);
    return [name ?? '', username, ...patterns, addressOf(receiver)].some(text => text.includes(search));
  }
}

function addressOf(receiver: Receiver | null): string {
  if (receiver === null) return '';
  if ('service_name' in receiver) return receiver.service_name;
  // Who may not see the values of the query is not to find them out by searching.
  return 'folder' in receiver.route ? receiver.route.folder : receiver.route.url.split('?')[0]!;
}
