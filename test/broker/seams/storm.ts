import type { DeliveryVerdict } from '../../../src/broker/hooks/hooks.js';
import type { SubscriptionOptions } from '../../../src/broker/subscriptions/options.js';
import type { Subscription } from '../../../src/broker/subscriptions/subscription.js';
import { HoldfastError } from '../../../src/protocol/errors.js';
import { drawFrom } from '../../sim/draw.js';
import { changed, HookDouble } from '../../sim/hook-double.js';
import type { Received, Recorded, RecordingSink } from '../../sim/recording-sink.js';
import { Stage } from '../../sim/stage.js';
import { numberOf, Tally } from './tally.js';

const messagesMax = 60;
const inFlightMax = 12;
const topics = ['/t', '/plain'];

/**
 * One subscription to which everything happens at once: hooks that are slow, receivers that come, fail and go, pulls,
 * changes of the queue, of options and of topics, and crashes. Half of what is begun is not waited for.
 */
export class Storm {
  readonly tally = new Tally();
  readonly #stage: Stage;
  readonly #hooks: HookDouble;
  readonly #draw: () => number;
  readonly #subKey: string;
  /** Dead letters come back into the queue, also from a topic that was left. */
  readonly #hasLetters: boolean;
  #sink: RecordingSink | null = null;
  #open: Recorded[] = [];
  #pulled: string[] = [];
  #published = 0;
  #isQueueing = true;
  #isBounded = false;
  #isCalm = false;

  private constructor(stage: Stage, hooks: HookDouble, subKey: string, seed: number) {
    this.#stage = stage;
    this.#hooks = hooks;
    this.#subKey = subKey;
    this.#draw = drawFrom(seed);
    this.#hasLetters = seed % 2 === 1;
  }

  static async set(seed: number): Promise<Storm> {
    const hooks = new HookDouble({ '/t': ['before_delivery'] });
    const overlay_rows_max = seed % 3 ? 1_000 : 4;
    const ram_bytes_max = seed % 5 ? 1e6 : 4_000;
    const limits = { hook_calls_max: 4, overlay_rows_max, ram_bytes_max, sent_mark_block: 8 };
    const stage = await Stage.open({ seed, hooks: hooks.parts, limits, onRamFull: 'drop_oldest' });
    const waits = { wait_non_sock_err: 1, wait_sock_err: 1, ack_wait: 3 };
    const bounds = { delivery_batch_size: 5, max_in_flight: inFlightMax, max_frame_bytes: 2_000 };
    const options = { ...waits, ...bounds, ...(seed % 2 ? { delivery_max_retry: 3 } : {}) };
    return new Storm(stage, hooks, await stage.subscribe(topics, options), seed);
  }

  async rage(): Promise<void> {
    for (let step = 0; step < 500 && this.tally.faults.length === 0; step += 1) await this.#step(this.#draw());
    await this.#clock.quiet();
    this.#isCalm = true;
    await this.#change({ active_status: 'pub-sub', delivery_method: 'notify', max_depth: null });
    for (const msgId of this.tally.held) await this.#release(msgId);
    if (!this.#sink) await this.#attach();
    await this.#setReady(true);
    for (let calm = 0; calm < 60; calm += 1) {
      while (this.#hooks.deliveries.length > 0) await this.#answer();
      while (this.#open.length > 0) this.#open.shift()!.attempt.acked();
      await this.#clock.advance(1_000);
      if (calm % 20 === 19) await this.#redrive();
    }
  }

  /** Messages in the queue, and in flight. */
  async left(): Promise<[number, number]> {
    const depth = await this.#stage.world.depth(this.#subKey);
    return [depth, await this.#stage.world.use(this.#subKey, async ({ inFlight }) => inFlight)];
  }

  get #clock() {
    return this.#stage.world.clock;
  }

  get #broker() {
    return this.#stage.world.broker;
  }

  #pick<T>(from: readonly T[]): T {
    return from[Math.floor(this.#draw() * from.length)]!;
  }

  async #step(chance: number): Promise<void> {
    if (chance < 0.25 && this.#published < messagesMax) await this.#publish();
    else if (chance < 0.5 && this.#hooks.deliveries.length > 0) await this.#answer();
    else if (chance < 0.62 && this.#open.length > 0) await this.#settle();
    else if (chance < 0.65) await this.#end();
    else if (chance < 0.66) await this.#crash();
    else if (chance < 0.74) await this.#mend(this.#draw());
    else if (chance < 0.8) await this.#administer(this.#draw());
    else if (chance < 0.83) await (this.#pulled.length > 0 ? this.#settlePulled() : this.#pull());
    else if (!this.#sink) await this.#attach();
    else if (chance < 0.86) await this.#setReady(!this.#sink.isReady);
    else await this.#clock.advance(this.#pick([20, 300, 1_000]));
    for (const { inFlight } of this.#broker.subscriptions.loaded())
      if (inFlight < 0 || inFlight > inFlightMax) this.tally.faults.push(`(6) ${inFlight} are in flight`);
  }

  /** Begins something, which may be refused, and mostly waits for it. */
  async #begin(work: Promise<unknown>, done = () => {}): Promise<void> {
    work.then(done, error => {
      if (!(error instanceof HoldfastError)) this.tally.faults.push((error as Error).stack!);
    });
    await this.#pause();
  }

  async #pause(): Promise<void> {
    if (this.#isCalm || this.#draw() < 0.6) await this.#clock.quiet();
    else for (let turns = Math.floor(this.#draw() * 6); turns > 0; turns -= 1) await Promise.resolve();
  }

  #use(work: (subscription: Subscription) => Promise<unknown>): Promise<unknown> {
    return this.#broker.subscriptions.use({ subKey: this.#subKey }, work);
  }

  async #publish(): Promise<void> {
    await this.#clock.quiet();
    const n = this.#published++;
    const topicName = this.#pick(topics);
    const priority = this.#pick([3, 5, 7]);
    const isRam = this.#draw() < 0.3;
    const isMail = this.#draw() < 0.15;
    const isLate = !isRam && this.#draw() < 0.1;
    const [outcome] = await this.#stage.publish([n], {
      topicName,
      priority,
      hasGd: !isRam,
      delay: isLate ? 1 : 0,
      ...(isMail ? { deliverToSk: [this.#subKey] } : {}),
    });
    if (!outcome || 'error' in outcome) this.tally.faults.push(`${n} was not published`);
    else {
      const isUnsure = isRam || isLate || this.#isBounded || !this.#isQueueing;
      this.tally.add({ n, msgId: outcome.msgId, topicName, isUnsure, isApart: isMail || isLate });
    }
  }

  async #answer(): Promise<void> {
    const { deliveries } = this.#hooks;
    const [asked] = deliveries.splice(Math.floor(this.#draw() * deliveries.length), 1);
    asked!.answer(this.#verdictOn(numberOf(asked!.data), this.#isCalm ? 1 : this.#draw()));
    await this.#pause();
  }

  #verdictOn(n: number, chance: number): DeliveryVerdict {
    if (chance < 0.05) {
      this.tally.doubt(known => known.n === n);
      return { kind: 'delete' };
    }
    if (chance < 0.15) return { kind: 'skip', delaySec: this.#pick([0, 1]) };
    if (chance < 0.25)
      return { kind: 'failed', cause: this.#pick(['unavailable', 'error'] as const), error: 'trouble' };
    return chance < 0.6 ? { kind: 'pass', change: null } : changed({ data: [n, 'x'.repeat(300)] });
  }

  async #settle(): Promise<void> {
    const { attempt, messages } = this.#open.splice(Math.floor(this.#draw() * this.#open.length), 1)[0]!;
    const chance = this.#draw();
    if (chance < 0.15) attempt.failed('not now', this.#pick([0, undefined]));
    else if (chance < 0.3)
      attempt.ackedExcept([{ msgId: this.#pick(messages).msg_id, delay: this.#pick([0.5, undefined]) }]);
    else if (chance < 0.4) attempt.unreachable('nobody', this.#pick([0, undefined]));
    else attempt.acked();
    await this.#pause();
  }

  async #attach(): Promise<void> {
    const sink = this.#stage.world.sink(recorded => {
      if (sink !== this.#sink) this.tally.faults.push('(7) a receiver got something that had gone');
      this.#open.push(recorded);
      this.tally.receive(recorded.messages);
    });
    this.#sink = sink;
    this.#open = [];
    await this.#stage.world.attach(this.#stage.receiver, this.#subKey, sink);
  }

  /** The receiver has got too much, or has room again. */
  async #setReady(isReady: boolean): Promise<void> {
    this.#sink!.isReady = isReady;
    if (isReady) await this.#begin(this.#use(async one => this.#broker.subscriptions.wake(one)));
    else await this.#pause();
  }

  async #end(): Promise<void> {
    if (!this.#sink) return;
    this.#open = [];
    await this.#stage.world.drop(this.#sink);
    this.#sink = null;
  }

  async #crash(): Promise<void> {
    await this.#clock.quiet();
    this.#open = [];
    this.#sink = null;
    this.#hooks.deliveries.length = 0;
    await this.#stage.world.crash(this.#pick(['lost', 'kept']));
  }

  async #pull(): Promise<void> {
    const { receiver } = this.#stage;
    const pulled = this.#broker.puller.pull(receiver, this.#subKey, 4, this.#pick([0, 500]), null).then(text => {
      const messages = JSON.parse(text) as Received[];
      this.tally.receive(messages);
      this.#pulled.push(...messages.map(({ msg_id }) => msg_id));
    });
    await this.#begin(pulled);
  }

  async #settlePulled(): Promise<void> {
    const { puller } = this.#broker;
    const msgIds = this.#pulled.splice(0);
    const { receiver } = this.#stage;
    if (this.#draw() < 0.2) await this.#begin(puller.nack(receiver, this.#subKey, msgIds, undefined));
    else await this.#begin(puller.ack(receiver, this.#subKey, msgIds));
  }

  /** Changes one message of the queue, or takes all away. */
  async #mend(chance: number): Promise<void> {
    const { queue } = this.#broker;
    if (this.tally.messages.length === 0) return;
    const { n, msgId } = this.#pick(this.tally.messages);
    if (chance < 0.3) {
      await this.#begin(
        this.#use(one => queue.delete(one, msgId)),
        () => {
          this.tally.end([n], 'queue.delete');
          this.tally.release(msgId);
        },
      );
    } else if (chance < 0.55) {
      await this.#begin(
        this.#use(one => queue.hold(one, msgId)),
        () => this.tally.hold(msgId),
      );
    } else if (chance < 0.65 && this.tally.held.length > 0) await this.#release(this.#pick(this.tally.held));
    else if (chance < 0.8) await this.#begin(this.#use(one => queue.moveToTop(one, msgId)));
    else if (chance < 0.95) {
      const changes = { data: JSON.stringify([n, 'edited']), priority: this.#pick([3, 5, 7]) };
      await this.#begin(this.#use(one => queue.update(one, msgId, changes, undefined)));
    } else await this.#clear();
  }

  async #release(msgId: string): Promise<void> {
    this.tally.release(msgId);
    await this.#begin(this.#use(one => this.#broker.queue.release(one, msgId)));
  }

  async #clear(): Promise<void> {
    await this.#clock.quiet();
    const numbers = (await this.#stage.browse(this.#subKey)).map(({ data }) => numberOf(data));
    await this.#begin(
      this.#use(one => this.#broker.queue.clear(one)),
      () => this.tally.end(numbers, 'queue.clear'),
    );
  }

  async #redrive(): Promise<void> {
    await this.#begin(this.#use(one => this.#broker.redrives.all(one)));
  }

  /** Changes the subscription, or one of its topics. */
  async #administer(chance: number): Promise<void> {
    if (chance < 0.15) await this.#redrive();
    else if (chance < 0.25) await this.#deleteTopic(this.#pick(topics));
    else if (chance < 0.35) await this.#leaveAndReturn(this.#pick(topics));
    else if (chance < 0.45) await this.#change({ max_depth: this.#pick([null, 5]) });
    else if (chance < 0.5) await this.#begin(this.#use(one => this.#broker.depthLimits.enforce(one)));
    else if (chance < 0.7)
      await this.#change({ active_status: this.#pick(['pub-sub', 'pub-sub', 'pub-only', 'sub-only', 'disabled']) });
    else if (chance < 0.85) await this.#change({ delivery_method: this.#pick(['notify', 'notify', 'pull']) });
    else await this.#change({ delivery_err_should_block: this.#draw() < 0.5 });
  }

  async #change(options: Partial<SubscriptionOptions>): Promise<void> {
    const { active_status: status } = options;
    // What is published while it is on its way may be queued or not.
    if (status) this.#isQueueing = false;
    if (options.max_depth) {
      this.#isBounded = true;
      this.tally.doubt();
    }
    await this.#begin(
      this.#use(one => this.#broker.subscriptionAdmin.update(one, options, null, true)),
      () => {
        if (status) this.#isQueueing = status === 'pub-sub' || status === 'pub-only';
      },
    );
  }

  async #deleteTopic(topicName: string): Promise<void> {
    await this.#clock.quiet();
    const topic = this.#broker.topics.find(topicName);
    if (!topic) return;
    const numbers = this.#numbersOf(topicName, true);
    this.tally.doubt(known => known.topicName === topicName);
    await this.#begin(this.#broker.topicRemoval.delete(topic), () => this.tally.end(numbers, 'topic.delete'));
  }

  async #leaveAndReturn(topicName: string): Promise<void> {
    await this.#clock.quiet();
    const numbers = this.#numbersOf(topicName, false);
    this.tally.doubt(known => known.topicName === topicName);
    const { subscriber, subscriptionAdmin } = this.#broker;
    await this.#begin(subscriber.unsubscribe(this.#stage.receiver, this.#subKey, topicName), () =>
      this.tally.end(numbers, 'unsubscribe'),
    );
    await this.#clock.quiet();
    await this.#begin(this.#use(one => subscriptionAdmin.update(one, {}, topics, true)));
    await this.#clock.quiet();
  }

  #numbersOf(topicName: string, andApart: boolean): number[] {
    if (this.#hasLetters) return [];
    const its = this.tally.messages.filter(known => known.topicName === topicName && (andApart || !known.isApart));
    return its.map(({ n }) => n);
  }
}
