import { limits } from '../../protocol/limits.js';
import type { Receiver } from './receiver.js';

/** Options of a subscription, by their names on the wire (PROTOCOL, subscription options). */
export interface SubscriptionOptions {
  active_status: 'pub-sub' | 'pub-only' | 'sub-only' | 'disabled';
  delivery_method: 'notify' | 'pull';
  /** Messages. */
  delivery_batch_size: number;
  /** Messages. */
  max_in_flight: number;
  max_frame_bytes: number;
  wrap_one_msg_in_list: boolean;
  /** Failed attempts after which a message becomes a dead letter. */
  delivery_max_retry: number;
  delivery_err_should_block: boolean;
  /** Seconds, or one for each attempt in turn. */
  wait_sock_err: number | number[];
  wait_non_sock_err: number | number[];
  /** Seconds. */
  ack_wait: number;
  /** Messages, or null for no bound. */
  max_depth: number | null;
  /** Whom the broker calls by itself; null: whoever attaches. On the wire `route` or `service_name`. */
  receiver: Receiver | null;
}

export const subscriptionDefaults: Readonly<SubscriptionOptions> = Object.freeze({
  active_status: 'pub-sub',
  delivery_method: 'notify',
  delivery_batch_size: limits.delivery_batch_messages,
  max_in_flight: limits.in_flight_messages,
  max_frame_bytes: limits.deliver_frame_bytes,
  wrap_one_msg_in_list: true,
  delivery_max_retry: limits.delivery_max_retry,
  delivery_err_should_block: false,
  wait_sock_err: limits.wait_sock_err_sec,
  wait_non_sock_err: limits.wait_non_sock_err_sec,
  ack_wait: limits.ack_wait_sec,
  max_depth: null,
  receiver: null,
});

/** Option objects are shared: a thousand devices with the same options hold one object. */
const interned = new Map<string, Readonly<SubscriptionOptions>>([['{}', subscriptionDefaults]]);
const internedMax = 1_000;

/** Only what differs from the defaults is stored, so a later default reaches old subscriptions too. */
export function encodeOptions(changed: Partial<SubscriptionOptions>): string {
  const differing = Object.entries(changed).filter(
    ([name, value]) => value !== undefined && value !== subscriptionDefaults[name as keyof SubscriptionOptions],
  );
  return JSON.stringify(Object.fromEntries(differing.sort(([a], [b]) => (a < b ? -1 : 1))));
}

export function decodeOptions(json: string): Readonly<SubscriptionOptions> {
  const known = interned.get(json);
  if (known) return known;
  const options = Object.freeze({ ...subscriptionDefaults, ...(JSON.parse(json) as Partial<SubscriptionOptions>) });
  if (interned.size >= internedMax) forgetOldest();
  interned.set(json, options);
  return options;
}

function forgetOldest(): void {
  for (const json of interned.keys()) {
    if (json === '{}') continue;
    interned.delete(json);
    return;
  }
}

/** True if new messages enter the queue. */
export function isQueueing(options: SubscriptionOptions): boolean {
  return options.active_status === 'pub-sub' || options.active_status === 'pub-only';
}

/** True if what is in the queue is delivered. */
export function isDelivering(options: SubscriptionOptions): boolean {
  return options.active_status === 'pub-sub' || options.active_status === 'sub-only';
}

/** True if the broker itself keeps the subscription attached to its receiver, so that nobody else can have it. */
export function isStanding({ receiver, delivery_method }: SubscriptionOptions): boolean {
  return receiver !== null && delivery_method === 'notify';
}

/** How far a wait of a schedule may be from what it says, as a part of it. */
const waitSpread = 0.1;

/**
 * Milliseconds to wait after the given failed attempt, counted from 1. `random`: from 0 to 1. A number is waited exactly;
 * the waits of a schedule are spread, so that what failed together does not come back together each time.
 */
export function waitMs(wait: number | number[], attempt: number, random: number): number {
  if (!Array.isArray(wait)) return wait * 1000;
  const seconds = wait[Math.min(attempt, wait.length) - 1]!;
  return seconds * 1000 * (1 - waitSpread + 2 * waitSpread * random);
}
