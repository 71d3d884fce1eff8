/**
 * What the broker counts. Plain numbers that are raised where it happens, because a metrics call per message would cost
 * more than the message; `src/metrics.ts` reads them when someone asks.
 */
export interface Counters {
  /** Messages accepted, and handed to a subscriber. */
  published: number;
  delivered: number;
  /** Deliveries acknowledged, refused, and messages that passed their expiration in a queue. */
  settled: number;
  nacked: number;
  expired: number;
  dead_lettered: number;
  /** Messages deleted from a queue by someone who may. */
  deleted: number;
  /** Messages that left a queue otherwise, by reason. */
  dropped: Record<DropReason, number>;
  /** Responses that matched no request. */
  unmatched_responses: number;
  /** As of now. */
  connections: number;
  attached_subscriptions: number;
  commit_batches: number;
  commit_messages: number;
  commit_seconds: number;
}

export type DropReason = 'max_depth' | 'unsubscribed' | 'cleared' | 'dead_letter_of_dead_letter';

export function newCounters(): Counters {
  return {
    published: 0,
    delivered: 0,
    settled: 0,
    nacked: 0,
    expired: 0,
    dead_lettered: 0,
    deleted: 0,
    dropped: { max_depth: 0, unsubscribed: 0, cleared: 0, dead_letter_of_dead_letter: 0 },
    unmatched_responses: 0,
    connections: 0,
    attached_subscriptions: 0,
    commit_batches: 0,
    commit_messages: 0,
    commit_seconds: 0,
  };
}
