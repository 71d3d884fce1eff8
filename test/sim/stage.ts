import type { Endpoint } from '../../src/broker/endpoints/endpoint.js';
import type { Publication } from '../../src/broker/publish/compose.js';
import type { SubscriptionOptions } from '../../src/broker/subscriptions/options.js';
import type { RecordingSink } from './recording-sink.js';
import { type Published, World, type WorldOptions } from './world.js';

/** A world with one who publishes and one who receives, for tests that tell a short story. */
export class Stage {
  readonly world: World;

  private constructor(world: World) {
    this.world = world;
  }

  static async open(options: WorldOptions = {}): Promise<Stage> {
    const world = await World.open(options);
    await world.endpoint('publisher', ['pub=/**']);
    await world.endpoint('receiver', ['sub=/**', 'sub=/holdfast/**']);
    return new Stage(world);
  }

  get receiver(): Endpoint {
    return this.world.broker.endpoints.get('receiver');
  }

  get publisher(): Endpoint {
    return this.world.broker.endpoints.get('publisher');
  }

  /** A subscription of the receiver; answers its sub_key. */
  async subscribe(
    patterns: string[] = ['/t'],
    options: Partial<SubscriptionOptions> = {},
    sink: RecordingSink | null = null,
  ) {
    const { subscription } = await this.world.subscribe(this.receiver, { patterns, options, sink });
    return subscription.subKey;
  }

  /** Publishes one message for each of these data, in one turn. */
  publish(data: (number | string)[], rest: Partial<Publication> = {}): Promise<Published[]> {
    return this.world.publish(this.publisher, ...data.map(one => ({ ...rest, data: JSON.stringify(one) })));
  }

  /** A new sink that has the subscription. */
  async attach(subKey: string): Promise<RecordingSink> {
    const sink = this.world.sink();
    await this.world.attach(this.receiver, subKey, sink);
    return sink;
  }

  /** Acks what the sink has, again and again, until nothing more comes. Answers all data it got since the call. */
  async drain(sink: RecordingSink): Promise<unknown[]> {
    const data: unknown[] = [];
    for (let at = 0; at < sink.deliveries.length; at += 1) {
      sink.deliveries[at]!.attempt.acked();
      data.push(...sink.data[at]!);
      await this.world.clock.advance(20);
    }
    return data;
  }

  async browse(subKey: string): Promise<{ data: unknown; state: string; attempts: number }[]> {
    const browsed = await this.world.use(subKey, one => this.world.broker.queue.browse(one, { maxMessages: 1_000 }));
    return browsed.messages.map(text => JSON.parse(text) as { data: unknown; state: string; attempts: number });
  }
}
