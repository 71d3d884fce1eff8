import type { SubscriptionOptions } from '../../src/broker/subscriptions/options.js';
import { RecordingReceivers } from './recording-receivers.js';
import type { Received, RecordingSink } from './recording-sink.js';
import { Stage } from './stage.js';

/** The ways in which a subscription is received. */
export const ways = ['socket', 'receiver', 'pull'] as const;
export type Way = (typeof ways)[number];

interface Batch {
  messages: Received[];
  settle(isAcked: boolean): Promise<void>;
}

/** A subscription to `/t`, received in one of the ways, for what is to be the same in all of them. */
export class Taker {
  readonly stage: Stage;
  readonly subKey: string;
  readonly sink: RecordingSink | null;
  #seen = 0;

  private constructor(stage: Stage, subKey: string, sink: RecordingSink | null) {
    this.stage = stage;
    this.subKey = subKey;
    this.sink = sink;
  }

  static async open(way: Way, options: Partial<SubscriptionOptions>): Promise<Taker> {
    const receivers = new RecordingReceivers();
    const stage = await Stage.open({ receivers });
    if (way === 'pull')
      return new Taker(stage, await stage.subscribe(['/t'], { ...options, delivery_method: 'pull' }), null);
    if (way === 'socket') {
      const subKey = await stage.subscribe(['/t'], options);
      return new Taker(stage, subKey, await stage.attach(subKey));
    }
    const receiver = { route: { url: 'http://there' } };
    const subKey = await stage.subscribe(['/t'], { ...options, receiver });
    return new Taker(stage, subKey, receivers.sink);
  }

  change(options: Partial<SubscriptionOptions>): Promise<void> {
    const { world } = this.stage;
    return world.use(this.subKey, one => world.broker.subscriber.change(one, options, []));
  }

  /** What has been handed over since the last call: by itself, or by pulls until there is no more. */
  async taken(): Promise<Batch[]> {
    await this.stage.world.clock.quiet();
    if (!this.sink) return this.#pulled();
    const news = this.sink.deliveries.slice(this.#seen);
    this.#seen = this.sink.deliveries.length;
    return news.map(({ messages, attempt }) => ({
      messages,
      settle: async isAcked => {
        if (isAcked) attempt.acked();
        else attempt.failed('no');
        await this.stage.world.clock.quiet();
      },
    }));
  }

  /** The data of what has been handed over, a list for each batch. */
  async data(): Promise<unknown[][]> {
    return (await this.taken()).map(({ messages }) => messages.map(({ data }) => data));
  }

  async #pulled(): Promise<Batch[]> {
    const { world, receiver } = this.stage;
    const { puller } = world.broker;
    const batches: Batch[] = [];
    for (;;) {
      const messages = JSON.parse(await world.run(puller.pull(receiver, this.subKey, 1_000, 0, null))) as Received[];
      if (messages.length === 0) return batches;
      const ids = messages.map(({ msg_id }) => msg_id);
      const settle = (isAcked: boolean) =>
        world.run(
          isAcked ? puller.ack(receiver, this.subKey, ids) : puller.nack(receiver, this.subKey, ids, undefined),
        );
      batches.push({ messages, settle });
    }
  }
}
