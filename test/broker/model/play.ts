import type { Endpoint } from '../../../src/broker/endpoints/endpoint.js';
import type { Received, Recorded, RecordingSink } from '../../sim/recording-sink.js';
import { World, type WorldOptions } from '../../sim/world.js';
import { smallLimits } from './small-limits.js';

export const topics = ['/a', '/b', '/b/x', '/c/y'];
export const patterns = ['/a', '/b', '/b/*', '/b/**', '/c/**', '/**'];
export const users = ['first', 'second'];
const sinksMax = 2;

/** The world as the commands use it: with a publisher, endpoints, and sinks that come and go. */
export class Play {
  readonly world: World;
  sinks: RecordingSink[] = [];
  /** Deliveries that the model has not seen yet. */
  events: Recorded[] = [];

  private constructor(world: World) {
    this.world = world;
  }

  static async begin(options: WorldOptions): Promise<Play> {
    const play = new Play(await World.open({ limits: smallLimits, ...options }));
    await play.world.endpoint('publisher', ['pub=/**', 'pub=/holdfast/**']);
    for (const user of users) await play.world.endpoint(user, ['sub=/**']);
    for (let index = 0; index < sinksMax; index += 1) play.newSink(index);
    return play;
  }

  get now(): number {
    return this.world.clock.nowMs();
  }

  get publisher(): Endpoint {
    return this.endpoint('publisher');
  }

  endpoint(username: string): Endpoint {
    return this.world.broker.endpoints.get(username);
  }

  newSink(index: number): void {
    this.sinks[index] = this.world.sink(recorded => this.events.push(recorded));
  }

  newSinks(): void {
    for (let index = 0; index < sinksMax; index += 1) this.newSink(index);
  }

  async browse(subKey: string, most = 1_000, cursor?: string): Promise<Browse> {
    const { messages, depth, nextCursor } = await this.world.use(subKey, subscription =>
      this.world.broker.queue.browse(subscription, { maxMessages: most, cursor }),
    );
    return { messages: messages.map(text => JSON.parse(text) as Browsed), depth, nextCursor };
  }
}

export interface Browsed extends Received {
  version: number;
  state: 'ready' | 'in_flight' | 'retry' | 'held';
  attempts: number;
}

export interface Browse {
  messages: Browsed[];
  depth: number;
  nextCursor: string | null;
}
