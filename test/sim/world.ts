import { Broker } from '../../src/broker/broker.js';
import type { Endpoint } from '../../src/broker/endpoints/endpoint.js';
import type { HookParts } from '../../src/broker/hooks/hook-calls.js';
import { defaultMimeType, type Publication } from '../../src/broker/publish/compose.js';
import type { OnRamFull } from '../../src/broker/publish/ram-room.js';
import type { Receivers } from '../../src/broker/subscriptions/receivers.js';
import type { Subscribed, SubscribeRequest } from '../../src/broker/subscriptions/subscriber.js';
import type { Subscription } from '../../src/broker/subscriptions/subscription.js';
import { compileDataSchema } from '../../src/data-schema.js';
import type { HoldfastError } from '../../src/protocol/errors.js';
import { MessageIds } from '../../src/protocol/ids.js';
import { type Limits, limits } from '../../src/protocol/limits.js';
import { type MemoryOptions, MemoryStore } from '../../src/store/memory.js';
import { RamStore } from '../../src/store/ram.js';
import type { Operation, Store } from '../../src/store/store.js';
import { drawFrom } from './draw.js';
import { ManualClock } from './manual-clock.js';
import { RecordingSink } from './recording-sink.js';

export interface WorldOptions {
  /** Which interleaving; 0 is as good as any. */
  seed?: number;
  limits?: Partial<Limits>;
  /** Who makes the sinks of routes. */
  receivers?: Receivers;
  fault?: MemoryOptions['fault'];
  onRamFull?: OnRamFull;
  hooks?: HookParts;
  /** Puts something between the broker and its store, to plant a fault. */
  wrap?: (store: Store) => Store;
}

/** What became of a publish. */
export type Published = { msgId: string; isDuplicate: boolean; isInRam?: true } | { error: HoldfastError };

const startMs = Date.UTC(2030, 0, 1);

/** A broker on a store in memory, with time and the order of things in the hand of a test. It can crash and come back. */
export class World {
  readonly limits: Limits;
  /** What the store was asked to commit, newest last. */
  readonly commits: Operation[][] = [];
  broker!: Broker;
  clock: ManualClock;
  failure: Error | null = null;
  readonly #options: WorldOptions;
  readonly #draw: () => number;
  #store: MemoryStore;

  private constructor(options: WorldOptions) {
    this.#options = options;
    this.limits = { ...limits, disk_look_ms: 1e9, ...options.limits };
    this.#draw = drawFrom(options.seed ?? 0);
    this.clock = new ManualClock(startMs, this.#draw);
    this.#store = new MemoryStore(this.#memoryOptions());
  }

  static async open(options: WorldOptions = {}): Promise<World> {
    const world = new World(options);
    await world.#begin();
    return world;
  }

  /** Carries the work out, with everything that follows from it, at this moment of time. */
  async run<T>(work: Promise<T> | T): Promise<T> {
    let outcome: { value: T } | { error: unknown } | null = null;
    Promise.resolve(work).then(
      value => (outcome = { value }),
      error => (outcome = { error }),
    );
    await this.clock.quiet();
    const done = outcome as { value: T } | { error: unknown } | null;
    if (!done) throw new Error('The work waits for something that does not come at this moment.');
    if ('error' in done) throw done.error;
    return done.value;
  }

  /**
   * The process is killed, and starts again. Commits that were under way did not reach the disk, or did.
   * `awayMs`: how long there is none.
   */
  async crash(unanswered: 'lost' | 'kept' = 'lost', awayMs = 0): Promise<void> {
    this.clock = new ManualClock(this.clock.nowMs() + awayMs, this.#draw);
    this.#store = this.#store.reopen(unanswered, this.#memoryOptions());
    await this.#begin();
  }

  /** A clean stop and a start. Sinks that are attached are to be detached before. A sweep that rests takes a moment. */
  async restart(awayMs = 0): Promise<void> {
    let isStopped = false;
    void this.broker.stop().then(() => {
      isStopped = true;
    });
    for (let waited = 0; !isStopped && waited < 1_000; waited += 10) await this.clock.advance(10);
    if (!isStopped) throw new Error('The broker does not stop.');
    await this.crash('lost', awayMs);
  }

  sink(onDelivered?: ConstructorParameters<typeof RecordingSink>[1]): RecordingSink {
    return new RecordingSink(() => this.clock.nowMs(), onDelivered);
  }

  endpoint(username: string, patterns: string[]): Promise<Endpoint> {
    return this.run(this.broker.endpointAdmin.create(username, 'user', 'none', patterns));
  }

  /** Publishes in order, without waiting; the list fills with what became of each. */
  startPublish(endpoint: Endpoint, messages: Partial<Publication>[]): Published[] {
    const outcomes: Published[] = [];
    this.#publishInTurn(endpoint, messages, outcomes);
    return outcomes;
  }

  /** A publish that has to wait lets the later ones wait behind it, as a session does. */
  #publishInTurn(endpoint: Endpoint, messages: Partial<Publication>[], outcomes: Published[]): void {
    const { publisher } = this.broker;
    let turn: Promise<unknown> | null = null;
    for (const [index, message] of messages.entries()) {
      const tell = (outcome: Published) => {
        outcomes[index] = outcome;
      };
      const reply = {
        published: (msgId: string, isDuplicate: boolean, isInRam = false) =>
          tell({ msgId, isDuplicate, ...(isInRam ? { isInRam } : {}) }),
        failed: (error: HoldfastError) => tell({ error }),
      };
      const whole = publication(message);
      const start = () => publisher.publish(endpoint, whole, reply);
      try {
        if (turn) publisher.expect(endpoint, whole);
        const waiting: Promise<unknown> | null = turn ? turn.then(start) : start();
        turn = waiting?.catch(error => reply.failed(error as HoldfastError)) ?? null;
      } catch (error) {
        reply.failed(error as HoldfastError);
      }
    }
  }

  async publish(endpoint: Endpoint, ...messages: Partial<Publication>[]): Promise<Published[]> {
    const outcomes = this.startPublish(endpoint, messages);
    await this.clock.quiet();
    return outcomes;
  }

  async subscribe(endpoint: Endpoint, request: Partial<SubscribeRequest>): Promise<Subscribed> {
    const whole = { patterns: ['/t'], options: {}, defaultMethod: 'notify' as const, sink: null, ...request };
    const subscribed = await this.run(this.broker.subscriber.subscribe(endpoint, whole));
    if (whole.sink) this.broker.attachments.start(subscribed.subscription, whole.sink);
    await this.clock.quiet();
    return subscribed;
  }

  /** Attaches the subscription to the sink, and lets deliveries start. */
  async attach(endpoint: Endpoint, subKey: string, sink: RecordingSink): Promise<Subscribed> {
    const resumed = await this.run(this.broker.subscriber.resume(endpoint, subKey, sink));
    this.broker.attachments.start(resumed.subscription, sink);
    await this.clock.quiet();
    return resumed;
  }

  /** The sink is gone. */
  async drop(sink: RecordingSink): Promise<void> {
    for (const subscription of [...this.broker.subscriptions.loaded()]) {
      this.broker.attachments.detach(subscription, sink);
    }
    await this.clock.quiet();
  }

  use<T>(subKey: string, work: (subscription: Subscription) => Promise<T>): Promise<T> {
    return this.run(this.broker.subscriptions.use({ subKey }, work));
  }

  depth(subKey: string): Promise<number> {
    return this.use(subKey, subscription => this.broker.depth.of(subscription));
  }

  size(): Promise<{ bytes: number }> {
    return this.run(this.#store.size());
  }

  async #begin(): Promise<void> {
    const opened = await this.run(this.#store.open());
    const store = new RamStore(this.#options.wrap?.(this.#store) ?? this.#store);
    const ids = new MessageIds(opened.secret);
    const { clock, limits } = this;
    const { hooks } = this.#options;
    const random = () => 0.5;
    const inRam = { ram: store, onRamFull: this.#options.onRamFull ?? 'refuse' };
    this.broker = new Broker({
      store,
      opened,
      ids,
      clock,
      limits,
      mayAutoCreate: true,
      compileSchema: compileDataSchema,
      random,
      inRam,
    });
    if (hooks) this.broker.useHooks(hooks);
    void this.broker.failed.then(error => {
      this.failure = error;
    });
    await this.run(this.broker.start());
    const { receivers } = this.#options;
    if (!receivers) return;
    this.broker.standing.offer('webhook', receivers);
    void this.broker.standing.refresh();
    await this.clock.quiet();
  }

  #memoryOptions(): MemoryOptions {
    return {
      defer: this.clock.answer,
      secret: '5e'.repeat(32),
      fault: operations => {
        this.commits.push(operations);
        return this.#options.fault?.(operations) ?? null;
      },
    };
  }
}

function publication(message: Partial<Publication>): Publication {
  return {
    topicName: '/t',
    data: '1',
    priority: 5,
    expiration: 86_400,
    delay: 0,
    mimeType: defaultMimeType,
    ...message,
  };
}
