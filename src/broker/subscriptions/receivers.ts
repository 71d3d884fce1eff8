import type { Sink } from '../sink.js';
import type { SubscriptionOptions } from './options.js';
import type { Receiver } from './receiver.js';

/** What makers of sinks may know of a subscription. */
export interface Served {
  readonly subKey: string;
  readonly name: string | null;
  /** Of the endpoint whose rights it has. */
  readonly username: string;
  /** As they are at the moment of reading. */
  readonly options: Readonly<SubscriptionOptions>;
}

/** Makes the sinks of one kind of receiver. What stands behind it is not the core's to know. */
export interface Receivers {
  /** Throws `invalid_params`, with a path like `route.url`, if nothing could ever be delivered to it. */
  check(receiver: Receiver): void;
  /**
   * A sink of its own for this subscription, or why there is none now: then `Standing.refresh` is called when there may
   * be one. `wake` is to be called when the sink is ready again. A sink that is told `detached` or `released` gets
   * nothing more, and what it still answers changes nothing.
   */
  sinkFor(receiver: Receiver, served: Served, wake: () => void): Sink | { error: string };
  /** No sink takes anything more. Resolves when what was under way has ended, or was given up. */
  stop(): Promise<void>;
}
