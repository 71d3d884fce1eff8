import type { MessageIds } from '../protocol/ids.js';
import type { Limits } from '../protocol/limits.js';
import type { Opened, Ram, Store } from '../store/store.js';
import type { Clock } from './clock.js';
import { Counters } from './counters.js';
import { AckWaits } from './delivery/ack-waits.js';
import { DeadLetters, deadLetterTopic } from './delivery/dead-letters.js';
import { Feed } from './delivery/feed.js';
import { Pages } from './delivery/pages.js';
import { Puller } from './delivery/puller.js';
import { Pump } from './delivery/pump.js';
import { Rests } from './delivery/rests.js';
import { Retries } from './delivery/retries.js';
import { Settlement } from './delivery/settlement.js';
import { Settler } from './delivery/settler.js';
import { DiskWatch } from './disk-watch.js';
import { EndpointAdmin } from './endpoints/endpoint-admin.js';
import { Endpoints } from './endpoints/endpoints.js';
import { BeforeDelivery } from './hooks/before-delivery.js';
import { BeforePublish } from './hooks/before-publish.js';
import { HookCalls, type HookParts } from './hooks/hook-calls.js';
import { HookCounters } from './hooks/hook-counters.js';
import { SubscriptionHooks } from './hooks/subscription-hooks.js';
import { Delayed } from './publish/delayed.js';
import { Delays } from './publish/delays.js';
import { GroupCommit } from './publish/group-commit.js';
import { Log } from './publish/log.js';
import { Publisher } from './publish/publisher.js';
import { type RamParts, RamRoom } from './publish/ram-room.js';
import { Depth } from './queue/depth.js';
import { DepthLimits } from './queue/depth-limits.js';
import { DepthPatrol } from './queue/depth-patrol.js';
import { Queue } from './queue/queue.js';
import { Redrives } from './queue/redrives.js';
import { Rewinder } from './queue/rewinder.js';
import { Attachments } from './subscriptions/attachments.js';
import { Audience } from './subscriptions/audience.js';
import { Beginnings } from './subscriptions/beginnings.js';
import type { Lapsed } from './subscriptions/endings.js';
import { Inactivity } from './subscriptions/inactivity.js';
import { OwnQueues } from './subscriptions/own-queues.js';
import { Standing } from './subscriptions/standing.js';
import { Subscriber } from './subscriptions/subscriber.js';
import type { Subscription } from './subscriptions/subscription.js';
import { SubscriptionAdmin } from './subscriptions/subscription-admin.js';
import { Subscriptions } from './subscriptions/subscriptions.js';
import { Uses } from './subscriptions/uses.js';
import { Sweeper } from './sweep/sweeper.js';
import { PositionClock } from './topics/position-clock.js';
import { TopicAdmin } from './topics/topic-admin.js';
import { TopicBrowsing } from './topics/topic-browsing.js';
import { type CompileSchema, TopicGates } from './topics/topic-gates.js';
import { TopicRemoval } from './topics/topic-removal.js';
import { Topics } from './topics/topics.js';

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
