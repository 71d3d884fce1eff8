import type { Sink } from '../../src/broker/sink.js';
import type { Receiver } from '../../src/broker/subscriptions/receiver.js';
import type { Receivers, Served } from '../../src/broker/subscriptions/receivers.js';
import { HoldfastError } from '../../src/protocol/errors.js';
import { type Recorded, RecordingSink } from './recording-sink.js';

/** Makes sinks that remember what they were given, and answer nothing by themselves. */
export class RecordingReceivers implements Receivers {
  /** Every sink that was made, newest last. */
  readonly sinks: RecordingSink[] = [];
  readonly served: Served[] = [];
  wakes: (() => void)[] = [];
  /** Set: there is no receiver now, for this reason. */
  problem: string | null = null;
  isStopped = false;
  readonly #waiting: ((recorded: Recorded) => void)[] = [];
  readonly #onDelivered: (recorded: Recorded) => void;

  constructor(onDelivered: (recorded: Recorded) => void = () => {}) {
    this.#onDelivered = recorded => {
      onDelivered(recorded);
      for (const told of this.#waiting.splice(0)) told(recorded);
    };
  }

  /** What is delivered next, to any of its sinks. */
  next(): Promise<Recorded> {
    return new Promise(resolve => this.#waiting.push(resolve));
  }

  /** The sink that was made last. */
  get sink(): RecordingSink {
    return this.sinks.at(-1)!;
  }

  check(receiver: Receiver): void {
    if ('route' in receiver && 'url' in receiver.route && receiver.route.url.startsWith('http')) return;
    throw new HoldfastError('invalid_params', 'route.url must start with http', { path: 'route.url', reason: 'no' });
  }

  sinkFor(_receiver: Receiver, served: Served, wake: () => void): Sink | { error: string } {
    if (this.problem !== null) return { error: this.problem };
    const sink = new RecordingSink(() => 0, this.#onDelivered);
    this.sinks.push(sink);
    this.served.push(served);
    this.wakes.push(wake);
    return sink;
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    for (const sink of this.sinks) sink.isReady = false;
  }
}
