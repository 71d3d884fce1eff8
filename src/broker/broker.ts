import type { MessageIds } from '../protocol/ids.js';
import type { Limits } from '../protocol/limits.js';
import type { Opened, Ram, Store } from '../store/store.js';
import { AckWaits } from './ack-waits.js';
import { Attachments } from './attachments.js';
import { Audience } from './audience.js';
import { BeforeDelivery } from './before-delivery.js';
import { BeforePublish } from './before-publish.js';
import { Beginnings } from './beginnings.js';
import type { Clock } from './clock.js';
import { Counters } from './counters.js';
import { DeadLetters, deadLetterTopic } from './dead-letters.js';
import { Delayed } from './delayed.js';
import { Delays } from './delays.js';
import { Depth } from './depth.js';
import { DepthLimits } from './depth-limits.js';
import { DepthPatrol } from './depth-patrol.js';
import { DiskWatch } from './disk-watch.js';
import type { Lapsed } from './endings.js';
import { EndpointAdmin } from './endpoint-admin.js';
import { Endpoints } from './endpoints.js';
import { Feed } from './feed.js';
import { GroupCommit } from './group-commit.js';
import { HookCalls, type HookParts } from './hook-calls.js';
import { HookCounters } from './hook-counters.js';
import { Inactivity } from './inactivity.js';
import { Log } from './log.js';
import { OwnQueues } from './own-queues.js';
import { Pages } from './pages.js';
import { PositionClock } from './position-clock.js';
import { Publisher } from './publisher.js';
import { Puller } from './puller.js';
import { Pump } from './pump.js';
import { Queue } from './queue.js';
import { type RamParts, RamRoom } from './ram-room.js';
import { Redrives } from './redrives.js';
import { Rests } from './rests.js';
import { Retries } from './retries.js';
import { Rewinder } from './rewinder.js';
import { Settlement } from './settlement.js';
import { Settler } from './settler.js';
import { Standing } from './standing.js';
import { Subscriber } from './subscriber.js';
import type { Subscription } from './subscription.js';
import { SubscriptionAdmin } from './subscription-admin.js';
import { SubscriptionHooks } from './subscription-hooks.js';
import { Subscriptions } from './subscriptions.js';
import { Sweeper } from './sweeper.js';
import { TopicAdmin } from './topic-admin.js';
import { TopicBrowsing } from './topic-browsing.js';
import { type CompileSchema, TopicGates } from './topic-gates.js';
import { TopicRemoval } from './topic-removal.js';
import { Topics } from './topics.js';
import { Uses } from './uses.js';

export interface BrokerParts {
  store: Store;
  /** What the store answered when it was opened. */
  opened: Opened;
  ids: MessageIds;
  clock: Clock;
  limits: Limits;
  /** Topics are made at their first permitted use. */
  mayAutoCreate: boolean;
  /** Makes the check of a topic's data out of its schema. */
  compileSchema: CompileSchema;
  /** Left out: every message is guaranteed. */
  inRam?: RamParts;
  /** Told of each topic that is taken from a subscription because nobody has used it. */
  onLapsed?: (lapsed: Lapsed) => void;
  /** From 0 to 1, as `Math.random`: spreads waits. */
  random: () => number;
}

/** The core, put together. It does nothing itself: each of its parts has one thing to do, and only this file knows all. */
export class Broker {
  readonly topics = new Topics();
  readonly endpoints = new Endpoints();
  readonly counters = new Counters();
  readonly hookCounters = new HookCounters();
  readonly commit: GroupCommit;
  readonly topicAdmin: TopicAdmin;
  readonly topicRemoval: TopicRemoval;
  readonly topicBrowsing: TopicBrowsing;
  readonly endpointAdmin: EndpointAdmin;
  readonly subscriptions: Subscriptions;
  readonly publisher: Publisher;
  readonly subscriber: Subscriber;
  readonly attachments: Attachments;
  readonly standing: Standing;
  readonly subscriptionAdmin: SubscriptionAdmin;
  readonly settlement: Settlement;
  readonly puller: Puller;
  readonly queue: Queue;
  readonly ownQueues: OwnQueues;
  readonly delayed: Delayed;
  readonly redrives: Redrives;
  readonly depth: Depth;
  readonly sweeper: Sweeper;
  readonly depthLimits: DepthLimits;
  readonly beginnings: Beginnings;
  readonly rewinder: Rewinder;
  readonly positionClock: PositionClock;
  /** Resolves with the reason when the store has failed: the process has to stop. */
  readonly failed: Promise<Error>;
  /** What is in memory only, if that is possible at all. */
  readonly ram: Ram | null;
  /** From now on there may be hooks. Until then nobody looks for any. */
  readonly useHooks: (hooks: HookParts) => void;
  readonly #settler: Settler;
  #isClosed = false;
  readonly #delays: Delays;
  readonly #uses: Uses;
  readonly #diskWatch: DiskWatch;
  readonly #store: Store;
  readonly #nextDueAt: number | null;

  constructor({ store, opened, ids, clock, limits, mayAutoCreate, random, ...parts }: BrokerParts) {
    const { inRam, compileSchema, onLapsed } = parts;
    const { topics, endpoints, counters } = this;
    const audience = new Audience();
    let fail: (error: Error) => void = () => {};
    this.failed = new Promise(resolve => {
      // What was under way for a socket that is gone may come too late for the store. Nobody waits for it any more.
      fail = error => {
        if (!this.#isClosed) resolve(error);
      };
    });
    this.#store = store;
    this.#nextDueAt = opened.nextDueAt;
    topics.load(opened.topics, opened.position);
    for (const row of opened.endpoints) endpoints.add(row);

    const log = new Log(audience, clock, limits, (subIds, priority) => this.#wakeAddressed(subIds, priority));
    const commit = new GroupCommit(store, clock, limits, opened.position, {
      appended: (group, appended) => log.appended(group, appended),
      committed: (operation, result) => this.sweeper.committed(operation, result),
      failed: fail,
    });
    const common = { store, topics, endpoints, counters, audience, commit, ids, clock, limits, mayAutoCreate, random };
    const wake = (subscription: Subscription) => pump.wake(subscription);
    const release = (subscription: Subscription) => subscriptions.release(subscription);
    const wakeOrRelease = (subscription: Subscription) => {
      wake(subscription);
      release(subscription);
    };

    const settler = new Settler(commit, clock, limits, release);
    const subscriptions = new Subscriptions(
      { ...common, sentMax: opened.position },
      {
        wake,
        idle: subscription => attachments.idle(subscription),
        evicted: subscription => {
          pages.forget(subscription);
          ackWaits.prune(subscription);
        },
      },
    );
    const pages = new Pages({ ...common, settler }, { arrived: wakeOrRelease, failed: fail });
    const supply = {
      fetch: (subscription: Subscription) => pages.fetch(subscription),
      reserve: (subscription: Subscription) => pages.reserve(subscription),
      committed: () => commit.committed,
    };
    const feed = new Feed(topics, ids, clock, counters, supply);
    const deadLetters = new DeadLetters(topics, log, clock, counters);
    const retries = new Retries({ ...common, settler, deadLetters }, { ready: wakeOrRelease, failed: fail });
    const rests = new Rests({ ...common, settler }, subscription => {
      retries.check(subscription);
      wake(subscription);
    });
    const settlement = new Settlement(
      { ...common, settler, rests },
      { settled: wake, leftLine: subscription => retries.check(subscription) },
    );
    const ackWaits = new AckWaits(clock, delivery => settlement.returned(delivery));
    const pump = new Pump(
      { ...common, feed, log, settlement, rests },
      {
        pulled: delivery => ackWaits.begin(delivery),
        retried: subscription => retries.check(subscription),
      },
    );
    const depth = new Depth(common);
    const gates = new TopicGates({ ...common, depth }, compileSchema);
    for (const topic of topics.all()) gates.renew(topic);
    const uses = new Uses({ ...common, subscriptions }, opened.uptime);
    uses.resume(topics.all());
    const topicAdmin = new TopicAdmin({ ...common, gates, uses });
    const attachments: Attachments = new Attachments({
      subscriptions,
      commit,
      settler,
      pages,
      pump,
      retries,
      rests,
      uses,
    });
    const standing = new Standing({ ...common, subscriptions, attachments });
    const puller = new Puller({ ...common, subscriptions, pages, pump, retries, settlement, settler, ackWaits, uses });
    const delays = new Delays({ ...common, log });
    this.useHooks = hooks => {
      const calls = new HookCalls(hooks, this.hookCounters, limits);
      pump.beforeDelivery = new BeforeDelivery(calls, { ...common, settlement }, { done: wakeOrRelease });
      this.publisher.beforePublish = new BeforePublish(calls, counters, limits);
      this.subscriber.hooks = new SubscriptionHooks(calls, limits);
    };

    this.commit = commit;
    this.topicAdmin = topicAdmin;
    this.endpointAdmin = new EndpointAdmin(common);
    this.subscriptions = subscriptions;
    const ramRoom = inRam ? new RamRoom({ ...common, ...inRam, log, subscriptions }) : null;
    this.ram = inRam?.ram ?? null;
    this.publisher = new Publisher({ ...common, topicAdmin, subscriptions, delays, ramRoom });
    this.depthLimits = new DepthLimits({ ...common, depth, pages, settler });
    this.positionClock = new PositionClock(common, opened.marks);
    this.sweeper = new Sweeper({
      ...common,
      positionClock: this.positionClock,
      widePatterns: opened.widePatterns,
      inactivity: new Inactivity({
        ...common,
        uses,
        end: async (subId, topicName) => {
          const lapsed = await this.subscriber.lapse(subId, topicName);
          if (lapsed) onLapsed?.(lapsed);
        },
      }),
      depthPatrol: new DepthPatrol({ ...common, subscriptions, depthLimits: this.depthLimits }),
    });
    const beginnings = new Beginnings({ ...common, positionClock: this.positionClock });
    this.beginnings = beginnings;
    const { sweeper } = this;
    this.rewinder = new Rewinder({ ...common, depth, pages, settler, retries, pump, sweeper });
    this.subscriber = new Subscriber({
      ...common,
      beginnings,
      sweeper,
      topicAdmin,
      subscriptions,
      attachments,
      standing,
      rests,
      depth,
      pump,
      settler,
      uses,
    });
    this.attachments = attachments;
    this.standing = standing;
    this.subscriptionAdmin = new SubscriptionAdmin({ ...common, subscriptions, subscriber: this.subscriber, standing });
    this.settlement = settlement;
    this.puller = puller;
    this.delayed = new Delayed({ ...common, delays });
    this.redrives = new Redrives({ ...common, log });
    this.depth = depth;
    this.queue = new Queue({ ...common, pages, puller, settlement, settler, retries, pump, depth });
    this.ownQueues = new OwnQueues({ ...common, subscriptions, puller, queue: this.queue, uses });
    this.topicRemoval = new TopicRemoval({ ...common, subscriptions, sweeper: this.sweeper, log, pump, settler });
    this.topicBrowsing = new TopicBrowsing({ ...common, depth });
    this.#settler = settler;
    this.#delays = delays;
    this.#uses = uses;
    this.#diskWatch = new DiskWatch(common, isFull => {
      this.publisher.isStoreFull = isFull;
    });
  }

  /** Makes what has to be there, and starts what runs by itself. */
  async start(): Promise<void> {
    if (!this.topics.find(deadLetterTopic)) await this.topicAdmin.create(deadLetterTopic, {});
    this.#delays.waitUntil(this.#nextDueAt);
    this.topicRemoval.start();
    this.sweeper.start();
    this.#diskWatch.start();
  }

  /** Writes what is settled, and closes the store. Whoever was attached has been detached before. */
  async stop(): Promise<void> {
    this.#delays.stop();
    await this.standing.stop();
    await Promise.all([this.sweeper.stop(), this.#diskWatch.stop()]);
    const active = [...this.subscriptions.loaded()].filter(subscription => subscription.isActive);
    for (const subscription of active) this.subscriptions.deactivate(subscription);
    await Promise.all(active.map(subscription => this.attachments.idle(subscription)));
    this.#settler.flush();
    await this.#uses.stop();
    await this.commit.drained();
    this.#isClosed = true;
    await this.#store.close();
  }

  #wakeAddressed(subIds: number[], priority: number): void {
    for (const id of subIds) {
      const subscription = this.subscriptions.peek(id);
      subscription?.expectMail(priority);
    }
  }
}
