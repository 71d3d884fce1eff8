import { HoldfastError } from '../protocol/errors.js';
import { newSubKey } from '../protocol/ids.js';
import type { Limits } from '../protocol/limits.js';
import { isPattern } from '../protocol/names.js';
import type { Store, UpdateSubscription } from '../store/store.js';
import type { Attachments } from './attachments.js';
import type { Audience } from './audience.js';
import type { Beginning, Beginnings } from './beginnings.js';
import type { Counters } from './counters.js';
import type { Depth } from './depth.js';
import type { Endpoint } from './endpoint.js';
import { mayNotSubscribe } from './forbidden.js';
import type { GroupCommit } from './group-commit.js';
import type { UnsubscribeReason } from './hooks.js';
import { listed } from './listed.js';
import { decodeOptions, encodeOptions, isQueueing, isStanding, type SubscriptionOptions } from './options.js';
import type { Pump } from './pump.js';
import type { Rests } from './rests.js';
import type { Settler } from './settler.js';
import type { Sink } from './sink.js';
import type { Standing } from './standing.js';
import type { Subscription } from './subscription.js';
import type { SubscriptionHooks } from './subscription-hooks.js';
import type { Subscriptions } from './subscriptions.js';
import type { Sweeper } from './sweeper.js';
import type { TopicAdmin } from './topic-admin.js';
import type { Topics } from './topics.js';
import { Turns } from './turns.js';

export interface SubscribeRequest {
  /** Topic names and patterns, checked. */
  patterns: string[];
  name?: string;
  options: Partial<SubscriptionOptions>;
  /** Of a new subscription that does not say. */
  defaultMethod: SubscriptionOptions['delivery_method'];
  /** Where a new one begins. Left out: with what comes from now on. */
  from?: Beginning;
  unsubOnClose?: boolean;
  /** Null: nobody is attached. */
  sink: Sink | null;
  /** The server itself subscribes: topics are neither made nor asked whether they may be subscribed to. */
  isOwn?: boolean;
  /** An administrator, or the configuration, wants it: topics that take no subscriptions by API take it all the same. */
  isAdministrative?: boolean;
  /** The name must not be there yet. */
  mustBeNew?: boolean;
}

export interface Subscribed {
  subscription: Subscription;
  queueDepth: number;
  isNew: boolean;
}

export interface SubscriberParts {
  store: Store;
  topics: Topics;
  topicAdmin: TopicAdmin;
  subscriptions: Subscriptions;
  attachments: Attachments;
  standing: Standing;
  rests: Rests;
  audience: Audience;
  beginnings: Beginnings;
  sweeper: Sweeper;
  commit: GroupCommit;
  depth: Depth;
  pump: Pump;
  settler: Settler;
  limits: Limits;
  counters: Counters;
}

/** Makes subscriptions, gives them back to who returns, changes what they want, and ends them. */
export class Subscriber {
  /** Null: there are no hooks at all. */
  hooks: SubscriptionHooks | null = null;
  readonly #parts: SubscriberParts;
  readonly #turns = new Turns();

  constructor(parts: SubscriberParts) {
    this.#parts = parts;
  }

  /** The same name gives the same subscription back, with topics that it had not yet added. */
  async subscribe(endpoint: Endpoint, request: SubscribeRequest): Promise<Subscribed> {
    this.#checkCount(request.patterns.length);
    if (!request.isOwn)
      for (const pattern of request.patterns) await this.#checkTopic(endpoint, pattern, request.isAdministrative);
    const { name } = request;
    if (name === undefined) return this.#create(endpoint, request);
    return this.#turns.take(turnOf(endpoint, name), async () => {
      const known = await this.#parts.subscriptions.useIfThere({ endpointId: endpoint.id, name }, subscription =>
        this.#continue(subscription, request),
      );
      return known ?? this.#create(endpoint, request);
    });
  }

  /** Subscriptions that have this very name or pattern. */
  countTo(pattern: string): Promise<number> {
    return this.#parts.store.countInterest(pattern);
  }

  async resume(endpoint: Endpoint, subKey: string, sink: Sink | null): Promise<Subscribed> {
    return this.#parts.subscriptions.use({ subKey }, async subscription => {
      checkOwner(endpoint, subscription);
      if (sink) checkFree(subscription.options);
      if (sink) await this.#parts.attachments.attach(subscription, sink, undefined);
      return { subscription, queueDepth: await this.#parts.depth.of(subscription), isNew: false };
    });
  }

  /** One topic or pattern as it was subscribed, with its backlog. */
  async unsubscribe(endpoint: Endpoint, subKey: string, pattern: string): Promise<void> {
    await this.#parts.subscriptions.use({ subKey }, async subscription => {
      checkOwner(endpoint, subscription);
      if (!subscription.interests.has(pattern)) throw notSubscribed(subscription, pattern);
      await this.#leave(subscription, [pattern]);
    });
  }

  /** What was queued by these alone goes with them, and is counted. */
  async #leave(subscription: Subscription, patterns: string[]): Promise<void> {
    const { interests, id } = subscription;
    const before = await this.#parts.depth.of(subscription);
    await this.#parts.commit.submit({ kind: 'update_subscription', id, remove: patterns }, () => {
      for (const pattern of patterns) {
        interests.remove(pattern);
        if (subscription.isActive) this.#parts.audience.delete(pattern, subscription);
      }
      this.hooks?.unsubscribed(subscription, patterns, 'unsubscribed');
    });
    await this.#dropUnwanted(subscription);
    this.#parts.pump.wake(subscription);
    this.#parts.counters.unsubscribed += Math.max(0, before - (await this.#parts.depth.of(subscription)));
  }

  /** The whole queue goes. The owner is told, if it is not the one who asked. */
  async delete(endpoint: Endpoint, subKey: string, by: Sink | null): Promise<void> {
    await this.#parts.subscriptions.use({ subKey }, async subscription => {
      checkOwner(endpoint, subscription);
      await this.remove(subscription, by);
    });
  }

  /** The same by its name, after whatever is under way with that name. False: there is none. */
  async deleteNamed(endpoint: Endpoint, name: string): Promise<boolean> {
    return this.#turns.take(turnOf(endpoint, name), async () => {
      const key = { endpointId: endpoint.id, name };
      const removed = await this.#parts.subscriptions.useIfThere(key, async subscription => {
        await this.remove(subscription, null);
        return true;
      });
      return removed ?? false;
    });
  }

  /** Its socket has gone and wanted it to go too; it stays if somebody has come for it meanwhile. */
  async abandon(subscription: Subscription): Promise<void> {
    const { endpoint, name, subKey, id } = subscription;
    await this.#turns.take(turnOf(endpoint, name ?? subKey), () =>
      this.#parts.subscriptions.useIfThere({ id }, async found => {
        if (!found.attachment) await this.remove(found, null, 'closed');
      }),
    );
  }

  async remove(subscription: Subscription, by: Sink | null, reason: UnsubscribeReason = 'deleted'): Promise<void> {
    const depth = await this.#parts.depth.of(subscription);
    await this.#parts.commit.submit({ kind: 'delete_subscription', id: subscription.id }, () => {
      if (subscription.isDeleted) return;
      this.#parts.subscriptions.remove(subscription);
      this.#parts.attachments.revoke(subscription, 'deleted', by);
      this.#parts.standing.forget(subscription);
      this.#parts.counters.unsubscribed += depth;
      this.hooks?.unsubscribed(subscription, subscription.interests.patterns, reason);
    });
    for (const waiter of subscription.waiters?.splice(0) ?? []) waiter.give('[]', null);
  }

  /** Changes options. Where `patterns` are given, it has these from then on, and what it had besides leaves it. */
  async update(
    subscription: Subscription,
    options: Partial<SubscriptionOptions>,
    patterns: string[] | null,
    isAdministrative: boolean,
  ): Promise<void> {
    const { endpoint, name, subKey, interests } = subscription;
    const isNew = (pattern: string) => !interests.has(pattern);
    for (const pattern of patterns?.filter(isNew) ?? []) await this.#checkTopic(endpoint, pattern, isAdministrative);
    await this.#turns.take(turnOf(endpoint, name ?? subKey), async () => {
      if (subscription.isDeleted) throw new HoldfastError('not_found', 'The subscription was deleted just now.');
      this.#checkCount(patterns?.length ?? 0);
      await this.change(subscription, options, patterns?.filter(isNew) ?? []);
      const leaving = patterns ? interests.patterns.filter(pattern => !patterns.includes(pattern)) : [];
      if (leaving.length > 0) await this.#leave(subscription, leaving);
    });
  }

  #checkCount(topics: number): void {
    const { subscription_topics_max: most } = this.#parts.limits;
    if (topics <= most) return;
    throw new HoldfastError('overloaded', `A subscription may have ${most} topics (subscription_topics_max).`);
  }

  /** A topic that someone subscribes to by its name is made; one that is only covered by a pattern is not. */
  async #checkTopic(endpoint: Endpoint, pattern: string, isAdministrative = false): Promise<void> {
    if (isPattern(pattern)) return;
    if (!endpoint.mayReceiveFrom(pattern)) throw mayNotSubscribe(endpoint.username, endpoint.patterns, pattern);
    const topic = await this.#parts.topicAdmin.ensure(pattern);
    if (!topic.options.is_api_sub_allowed && !isAdministrative)
      throw new HoldfastError('forbidden', `The topic ${pattern} takes no subscriptions by API.`);
  }

  async #create(endpoint: Endpoint, request: SubscribeRequest): Promise<Subscribed> {
    const count = await this.#parts.store.countSubscriptionsOf(endpoint.id);
    if (count >= this.#parts.limits.endpoint_subscriptions_max)
      throw tooMany(this.#parts.limits.endpoint_subscriptions_max);
    const { name = null, patterns } = request;
    const optionsJson = encodeOptions({ delivery_method: request.defaultMethod, ...defined(request.options) });
    const queueing = isQueueing(decodeOptions(optionsJson));
    const subKey = newSubKey();
    const from = await this.#parts.beginnings.ofNew(endpoint, patterns, request.from);
    const operation = { subKey, endpointId: endpoint.id, name, options: optionsJson, patterns, queueing, from };
    const create = { kind: 'create_subscription', ...operation } as const;
    const release = from === undefined ? null : this.#spare(patterns);
    const creation = this.#parts.commit.submit(create, ({ id, position, early = [] }) => {
      const start = Math.min(position, from ?? position);
      const starts = new Map(early.map(({ pattern, from }) => [pattern, Math.min(start, from)]));
      const interests = patterns.map(pattern => {
        return { pattern, from: starts.get(pattern) ?? start, to: queueing ? null : position };
      });
      const row = {
        id,
        subKey,
        endpointId: endpoint.id,
        name,
        options: optionsJson,
        lanes: '',
        epoch: 0,
        createdAt: Math.min(start, ...starts.values()),
        interests,
        hasMailbox: false,
      };
      const created = this.#parts.subscriptions.add({ row, overlay: [] });
      created.holds += 1;
      if (request.sink) this.#parts.subscriptions.activate(created);
      this.hooks?.subscribed(created, created.interests.patterns, true);
      return created;
    });
    const subscription = await creation.finally(release);
    try {
      if (request.sink) await this.#parts.attachments.attach(subscription, request.sink, request.unsubOnClose);
      else await this.#parts.standing.see(subscription);
      return { subscription, queueDepth: await this.#parts.depth.of(subscription), isNew: true };
    } finally {
      subscription.holds -= 1;
      this.#parts.subscriptions.release(subscription);
    }
  }

  /** What is in the log of these now is not removed before the sweep knows who is about to need it. */
  #spare(patterns: readonly string[]): () => void {
    const { sweeper, topics } = this.#parts;
    return sweeper.spare(patterns.flatMap(pattern => [...topics.covered(pattern)]));
  }

  /** Null: it was deleted meanwhile, so that it is to be made anew. */
  async #continue(subscription: Subscription, request: SubscribeRequest): Promise<Subscribed | null> {
    if (request.mustBeNew) throw nameTaken(subscription);
    const missing = request.patterns.filter(pattern => !subscription.interests.has(pattern));
    this.#checkCount(subscription.interests.patterns.length + missing.length);
    if (request.from !== undefined && missing.length > 0) throw fromNow(missing);
    if (request.sink) checkFree({ ...subscription.options, ...defined(request.options) });
    await this.change(subscription, request.options, missing);
    if (subscription.isDeleted) return null;
    if (request.sink) await this.#parts.attachments.attach(subscription, request.sink, request.unsubOnClose);
    return { subscription, queueDepth: await this.#parts.depth.of(subscription), isNew: false };
  }

  /** Changes options and adds topics. Whether it queues is kept as stretches, so a switch is exact by position. */
  async change(subscription: Subscription, changed: Partial<SubscriptionOptions>, added: string[]): Promise<void> {
    const { id, interests } = subscription;
    const optionsJson = encodeOptions({ ...subscription.options, ...defined(changed) });
    if (added.length === 0 && optionsJson === subscription.optionsJson) return;
    const options = decodeOptions(optionsJson);
    const wasQueueing = isQueueing(subscription.options);
    const operation: UpdateSubscription = { kind: 'update_subscription', id, options: optionsJson, open: added };
    if (wasQueueing && !isQueueing(options)) operation.close = interests.openPatterns;
    if (!wasQueueing && isQueueing(options)) operation.open = [...interests.patterns, ...added];
    if (!isQueueing(options)) operation.close = [...(operation.close ?? []), ...added];
    const refused = await this.#parts.commit.submit(operation, ({ position, kept = [] }) => {
      if (kept.length > 0) return kept;
      interests.open(operation.open ?? [], position);
      interests.close(operation.close ?? [], position);
      subscription.options = options;
      subscription.optionsJson = optionsJson;
      if (subscription.isActive)
        for (const pattern of operation.open ?? []) this.#parts.audience.add(pattern, subscription);
      this.hooks?.subscribed(subscription, added, false);
      this.#parts.rests.end(subscription);
      this.#parts.pump.wake(subscription);
      return [];
    });
    if (refused.length > 0) throw keptForNew(refused);
    await this.#parts.standing.see(subscription);
  }

  /** What the subscription wants no more leaves its overlay with the topic; what was addressed to it stays. */
  async #dropUnwanted(subscription: Subscription): Promise<void> {
    const { overlay, interests } = subscription;
    const unwanted = [...overlay.entries()].filter(
      entry => !interests.sees(this.#parts.topics.byId(entry.topicId), entry.position),
    );
    if (unwanted.length === 0) return;
    const rows = await this.#parts.store.readMessages(unwanted.map(entry => entry.position));
    const addressed = new Set(rows.filter(row => row.isAddressed).map(row => row.position));
    for (const entry of unwanted) {
      if (addressed.has(entry.position) || overlay.get(entry.position) !== entry) continue;
      if (entry.isInFlight) subscription.inFlight -= 1;
      entry.isInFlight = false;
      subscription.removeEntry(entry);
    }
    await this.#parts.settler.save(subscription);
  }
}

function turnOf(endpoint: Endpoint, name: string): string {
  return `${endpoint.id} ${name}`;
}

export function checkOwner(endpoint: Endpoint, subscription: Subscription): void {
  if (subscription.endpoint === endpoint) return;
  throw new HoldfastError('forbidden', 'This sub_key belongs to another endpoint.');
}

function nameTaken({ username, name }: Subscription): HoldfastError {
  const reason = 'the name is taken';
  const message = `Endpoint "${username}" has a subscription "${name}" already. Change it with subscription.update.`;
  return new HoldfastError('conflict', message, { reason });
}

/** What has a receiver of its own is nobody else's. */
function checkFree(options: SubscriptionOptions): void {
  if (!isStanding(options)) return;
  const reason = 'it is delivered to its own route or service';
  throw new HoldfastError(
    'conflict',
    `The subscription cannot be attached: ${reason}. Set its delivery_method to "pull", or take its route away, with subscription.update.`,
    { reason },
  );
}

function defined<T extends object>(values: T): Partial<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>;
}

function notSubscribed({ interests }: Subscription, pattern: string): HoldfastError {
  const patterns = listed(interests.patterns);
  if (!isPattern(pattern) && interests.covers(pattern)) {
    const reason = 'a pattern covers it';
    return new HoldfastError(
      'conflict',
      `${pattern} is not subscribed by name, ${reason}. Unsubscribe one of: ${patterns}.`,
      { reason },
    );
  }
  return new HoldfastError('not_found', `${pattern} is not subscribed. The subscription has: ${patterns}.`);
}

function keptForNew(names: string[]): HoldfastError {
  const reason = 'it keeps messages for its first subscription';
  return new HoldfastError(
    'conflict',
    `${listed(names)}: ${reason}, and they lie behind what this one has settled. Subscribe to it with a new one first.`,
    { reason },
  );
}

function fromNow(missing: string[]): HoldfastError {
  const reason = '`from` is for new subscriptions';
  return new HoldfastError(
    'conflict',
    `${listed(missing)} cannot be added with a beginning: ${reason}. Add it without, or subscribe to it by another name; queue.rewind brings back what this one has settled.`,
    { reason },
  );
}

function tooMany(most: number): HoldfastError {
  return new HoldfastError(
    'overloaded',
    `The endpoint has ${most} subscriptions, the most it may have (endpoint_subscriptions_max).`,
  );
}
