import { HoldfastError } from '../../protocol/errors.js';
import { newSubKey } from '../../protocol/ids.js';
import type { Limits } from '../../protocol/limits.js';
import { isPattern } from '../../protocol/names.js';
import type { UpdateSubscription } from '../../store/store.js';
import type { Rests } from '../delivery/rests.js';
import type { Endpoint } from '../endpoints/endpoint.js';
import type { UnsubscribeReason } from '../hooks/hooks.js';
import type { SubscriptionHooks } from '../hooks/subscription-hooks.js';
import type { Sink } from '../sink.js';
import type { Sweeper } from '../sweep/sweeper.js';
import type { TopicAdmin } from '../topics/topic-admin.js';
import { Turns } from '../turns.js';
import type { Beginning, Beginnings } from './beginnings.js';
import { Endings, type EndingsParts, type Lapsed } from './endings.js';
import { mayNotSubscribe } from './forbidden.js';
import { decodeOptions, encodeOptions, isQueueing, type SubscriptionOptions } from './options.js';
import {
  checkFree,
  deletedJustNow,
  fromNow,
  keptForNew,
  nameTaken,
  notSubscribed,
  ofService,
  tooMany,
} from './subscriber-refusals.js';
import type { Subscription } from './subscription.js';

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

export interface SubscriberParts extends EndingsParts {
  topicAdmin: TopicAdmin;
  rests: Rests;
  beginnings: Beginnings;
  sweeper: Sweeper;
  limits: Limits;
}

/** Makes subscriptions, gives them back to who returns, changes what they want, and ends them. */
export class Subscriber {
  readonly #parts: SubscriberParts;
  readonly #endings: Endings;
  readonly #turns = new Turns();

  constructor(parts: SubscriberParts) {
    this.#parts = parts;
    this.#endings = new Endings(parts);
  }

  /** Null: there are no hooks at all. */
  get hooks(): SubscriptionHooks | null {
    return this.#endings.hooks;
  }

  set hooks(hooks: SubscriptionHooks | null) {
    this.#endings.hooks = hooks;
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
      this.#parts.uses.note(subscription);
      if (sink) checkFree(subscription.options);
      if (sink) await this.#parts.attachments.attach(subscription, sink, undefined);
      return { subscription, queueDepth: await this.#parts.depth.of(subscription), isNew: false };
    });
  }

  /** One topic or pattern as it was subscribed, with its backlog. */
  async unsubscribe(endpoint: Endpoint, subKey: string, pattern: string): Promise<void> {
    await this.#parts.subscriptions.use({ subKey }, async subscription => {
      checkOwner(endpoint, subscription);
      // A change of options that is under way may be about to open all of its patterns, this one with them.
      await this.#turns.take(turnOf(endpoint, subscription.name ?? subKey), async () => {
        if (subscription.isDeleted) throw deletedJustNow();
        if (!subscription.interests.has(pattern)) throw notSubscribed(subscription, pattern);
        this.#parts.uses.note(subscription);
        this.#count(await this.#endings.leave(subscription, [pattern], 'unsubscribed'));
      });
    });
  }

  /**
   * The same for a topic whose limit of inactivity is over, and the subscription goes with its last one. Nothing happens
   * if it is used meanwhile, or is delivered to a receiver of its own. Answers what was taken from whom, or null.
   */
  async lapse(id: number, pattern: string): Promise<Lapsed | null> {
    return this.#parts.subscriptions.useIfThere({ id }, async subscription => {
      const { endpoint, name, subKey } = subscription;
      return this.#turns.take(turnOf(endpoint, name ?? subKey), () => this.#endings.lapse(subscription, pattern));
    });
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

  /** Throws `conflict` for that of a service that runs here, which always receives from its own topic. */
  async remove(subscription: Subscription, by: Sink | null, reason: UnsubscribeReason = 'deleted'): Promise<void> {
    if (this.#parts.topicAdmin.services?.has(subscription)) throw ofService(subscription);
    const depth = await this.#parts.depth.of(subscription);
    this.#count(await this.#endings.end(subscription, depth, by, reason));
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
      if (subscription.isDeleted) throw deletedJustNow();
      this.#checkCount(patterns?.length ?? 0);
      if (patterns) this.#checkKept(subscription, patterns);
      this.#parts.uses.note(subscription);
      await this.change(subscription, options, patterns?.filter(isNew) ?? []);
      const leaving = patterns ? interests.patterns.filter(pattern => !patterns.includes(pattern)) : [];
      if (leaving.length > 0) this.#count(await this.#endings.leave(subscription, leaving, 'unsubscribed'));
    });
  }

  /** A function of its own, as `+=` would take the sum of before what is awaited. */
  #count(messages: number): void {
    this.#parts.counters.unsubscribed += messages;
  }

  /** A service that runs here keeps its own topic, whatever else it is given. */
  #checkKept(subscription: Subscription, patterns: readonly string[]): void {
    const { services } = this.#parts.topicAdmin;
    if (!services?.has(subscription)) return;
    const leaving = subscription.interests.patterns.filter(pattern => !patterns.includes(pattern));
    if (leaving.some(pattern => services.isServed(pattern))) throw ofService(subscription);
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
    const usedAt = this.#parts.uses.isNoted ? this.#parts.uses.now : undefined;
    const operation = { subKey, endpointId: endpoint.id, name, options: optionsJson, patterns, queueing, from, usedAt };
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
      this.#parts.uses.note(created);
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
    this.#parts.uses.note(subscription);
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
}

function turnOf(endpoint: Endpoint, name: string): string {
  return `${endpoint.id} ${name}`;
}

export function checkOwner(endpoint: Endpoint, subscription: Subscription): void {
  if (subscription.endpoint === endpoint) return;
  throw new HoldfastError('forbidden', 'This sub_key belongs to another endpoint.');
}

function defined<T extends object>(values: T): Partial<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>;
}
