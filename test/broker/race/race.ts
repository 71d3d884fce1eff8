import * as assert from 'uvu/assert';
import type { Received, Recorded, RecordingSink } from '../../sim/recording-sink.js';
import { Stage } from '../../sim/stage.js';
import type { Published, World, WorldOptions } from '../../sim/world.js';
import { smallLimits } from '../model/small-limits.js';
import { Owed } from './owed.js';
import type { StepArgs, StepKind } from './steps.js';

interface RacingQueue {
  subKey: string;
  owed: Owed;
  sink: RecordingSink | null;
  /** Clears under way: what is published meanwhile may be gone with the rest. */
  clears: number;
  /** Deliveries without a response. */
  open: Recorded[];
}

const queueCount = 3;
const roundsMax = 300;

/** Three queues that all see everything, and things that begin before others have ended. */
export class Race {
  readonly #stage: Stage;
  readonly #queues: RacingQueue[] = [];
  readonly #ids = new Map<number, string>();
  /** Publishes that were not answered when it was last looked. */
  #asked: { data: number[]; to: RacingQueue[]; outcomes: Published[] }[] = [];
  #lastData = 0;
  /** Rises with each crash: what was under way before it is never answered. */
  #life = 0;

  private constructor(stage: Stage) {
    this.#stage = stage;
  }

  static async begin(options: WorldOptions): Promise<Race> {
    const race = new Race(await Stage.open({ limits: smallLimits, ...options }));
    for (let count = 0; count < queueCount; count += 1) {
      const options = { max_in_flight: 4, delivery_batch_size: 2, wait_non_sock_err: 1, ack_wait: 3 };
      const subKey = await race.#stage.subscribe(['/t', '/u/**'], options);
      race.#queues.push({ subKey, owed: new Owed(), sink: null, clears: 0, open: [] });
    }
    return race;
  }

  get world(): World {
    return this.#stage.world;
  }

  async take(kind: StepKind, args: StepArgs): Promise<void> {
    const queue = this.#queues[args.queue]!;
    this.#noteAnswers();
    await this.#steps[kind](queue, args);
  }

  /** Everything comes to rest, everyone comes, everything is acknowledged, every queue is empty. */
  async finish(): Promise<void> {
    const { world } = this;
    await world.clock.quiet();
    for (const queue of this.#queues) this.#attach(queue, this.#sink(queue));
    for (let round = 0; round < roundsMax; round += 1) {
      for (const queue of this.#queues) for (const one of queue.open.splice(0)) this.#ack(queue, one);
      await world.clock.advance(500);
      this.#noteAnswers();
      for (const { owed } of this.#queues) owed.harden();
      if (round > 20 && this.#queues.every(({ open }) => open.length === 0)) break;
    }
    assert.is(world.failure, null, `the store failed: ${world.failure?.stack}`);
    for (const { subKey, owed } of this.#queues) {
      owed.checkAllCame();
      assert.is(await world.depth(subKey), 0, 'a queue does not become empty');
    }
  }

  readonly #steps: Record<StepKind, (queue: RacingQueue, args: StepArgs) => Promise<void> | void> = {
    publish: (_, { count, pick }) =>
      this.#publish(this.#queues, { topicName: pick % 2 ? '/t' : `/u/${pick % 5}` }, count, pick),
    mail: (queue, { pick }) => this.#publish([queue], { topicName: '/t', deliverToSk: [queue.subKey] }, 1, pick),
    attach: queue => this.#attach(queue, this.#sink(queue)),
    drop: queue => {
      const { sink } = queue;
      if (!sink) return;
      for (const one of this.world.broker.subscriptions.loaded()) this.world.broker.attachments.detach(one, sink);
      queue.sink = null;
      queue.open = [];
    },
    stall: (queue, { flag }) => {
      if (!queue.sink) return;
      queue.sink.isReady = flag;
      for (const one of this.world.broker.subscriptions.loaded()) this.world.broker.subscriptions.wake(one);
    },
    ack: (queue, { pick }) => {
      const [one] = queue.open.splice(pick % Math.max(queue.open.length, 1), 1);
      if (one) this.#ack(queue, one);
    },
    nack: (queue, { pick, flag }) => {
      const [one] = queue.open.splice(pick % Math.max(queue.open.length, 1), 1);
      if (!one) return;
      if (flag) return one.attempt.failed('no');
      const [first, ...others] = one.messages;
      one.attempt.ackedExcept([{ msgId: first!.msg_id, delay: 0 }]);
      for (const { data } of others) queue.owed.acked(data as number);
    },
    ackById: (queue, args) =>
      this.#remove(queue, args, (msgId, { puller }) => puller.ack(this.#stage.receiver, queue.subKey, [msgId])),
    delete: (queue, args) =>
      this.#remove(queue, args, (msgId, { subscriptions, queue: edits }) =>
        subscriptions.use({ subKey: queue.subKey }, one => edits.delete(one, msgId)),
      ),
    nackById: (queue, { pick }) => {
      const [msgId, data] = this.#pick(queue, pick);
      if (!msgId) return;
      queue.owed.contest(data!);
      this.#go(this.world.broker.puller.nack(this.#stage.receiver, queue.subKey, [msgId], 0));
    },
    update: (queue, { pick, count }) => {
      const [msgId] = this.#pick(queue, pick);
      const { subscriptions, queue: edits } = this.world.broker;
      const change = { priority: count * 2 };
      if (msgId)
        this.#go(subscriptions.use({ subKey: queue.subKey }, one => edits.update(one, msgId, change, undefined)));
    },
    clear: queue => {
      const { subscriptions, queue: edits } = this.world.broker;
      for (const data of queue.owed.all) queue.owed.removing(data);
      for (const { data, to } of this.#asked) if (to.includes(queue)) for (const one of data) queue.owed.removing(one);
      const life = this.#life;
      queue.clears += 1;
      this.#go(
        subscriptions
          .use({ subKey: queue.subKey }, one => edits.clear(one))
          .then(() => {
            if (this.#life === life) queue.clears -= 1;
          }),
      );
    },
    pull: (queue, { count }) => {
      const pulling = this.world.broker.puller.pull(this.#stage.receiver, queue.subKey, count, 0, null);
      this.#go(
        pulling.then(text => {
          for (const message of JSON.parse(text) as Received[]) queue.owed.received(message);
        }),
      );
    },
    addTopic: (queue, { pick }) => {
      const { subscriptions, subscriber } = this.world.broker;
      this.#go(subscriptions.use({ subKey: queue.subKey }, one => subscriber.change(one, {}, [`/v/${pick % 3}`])));
    },
    sweep: () => this.#go(this.world.broker.sweeper.sweep()),
    pass: async (_, { ms }) => {
      await this.world.clock.advance(ms);
      this.#noteAnswers();
      if (ms > 10) for (const { owed } of this.#queues) owed.harden();
    },
    crash: async (_, { flag }) => {
      this.#life += 1;
      await this.world.crash(flag ? 'kept' : 'lost');
      this.#asked = [];
      for (const queue of this.#queues) {
        queue.owed.crashed();
        queue.clears = 0;
        queue.sink = null;
        queue.open = [];
      }
    },
  };

  #publish(to: RacingQueue[], rest: { topicName: string; deliverToSk?: string[] }, count: number, pick: number): void {
    const data = Array.from({ length: count }, () => ++this.#lastData);
    const messages = data.map(one => ({ ...rest, data: `${one}`, priority: 1 + 4 * (pick % 3) }));
    for (const { clears, owed } of to) if (clears > 0) for (const one of data) owed.removing(one);
    this.#asked.push({ data, to, outcomes: this.world.startPublish(this.#stage.publisher, messages) });
  }

  /** What was answered is owed from now on. */
  #noteAnswers(): void {
    for (const { data, to, outcomes } of this.#asked) {
      for (const [index, one] of data.entries()) {
        const outcome = outcomes[index];
        if (!outcome || this.#ids.has(one)) continue;
        assert.ok('msgId' in outcome, `a publish failed: ${'error' in outcome ? outcome.error.message : ''}`);
        this.#ids.set(one, outcome.msgId);
        for (const { owed } of to) owed.owe(one);
      }
    }
    this.#asked = this.#asked.filter(({ data }) => data.some(one => !this.#ids.has(one)));
  }

  #sink(queue: RacingQueue): RecordingSink {
    const life = this.#life;
    const sink: RecordingSink = this.world.sink(recorded => {
      if (this.#life !== life) return;
      for (const message of recorded.messages) queue.owed.received(message);
      if (queue.sink === sink) queue.open.push(recorded);
    });
    return sink;
  }

  #attach(queue: RacingQueue, sink: RecordingSink): void {
    const { subscriber, attachments } = this.world.broker;
    queue.sink = sink;
    queue.open = [];
    this.#go(
      subscriber
        .resume(this.#stage.receiver, queue.subKey, sink)
        .then(({ subscription }) => attachments.start(subscription, sink)),
    );
  }

  #ack(queue: RacingQueue, { attempt, messages }: Recorded): void {
    attempt.acked();
    for (const { data } of messages) queue.owed.acked(data as number);
  }

  #remove(
    queue: RacingQueue,
    { pick }: StepArgs,
    work: (msgId: string, broker: World['broker']) => Promise<void>,
  ): void {
    const [msgId, data] = this.#pick(queue, pick);
    if (!msgId) return;
    const life = this.#life;
    queue.owed.removing(data!);
    this.#go(work(msgId, this.world.broker).then(() => this.#life === life && queue.owed.removed(data!)));
  }

  #pick(queue: RacingQueue, pick: number): [string | undefined, number?] {
    const data = queue.owed.all[pick % Math.max(queue.owed.all.length, 1)];
    return data === undefined ? [undefined] : [this.#ids.get(data), data];
  }

  /** Begins something whose refusal is fine: what it wanted may be gone. */
  #go(work: Promise<unknown>): void {
    work.catch((error: Error) => {
      if (!expected.has(error.name)) this.world.failure ??= error;
    });
  }
}

const expected = new Set(['not_found', 'conflict', 'overloaded']);
