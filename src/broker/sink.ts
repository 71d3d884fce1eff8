import type { Batch } from './delivery/batch.js';

export type DetachReason = 'taken_over' | 'deleted' | 'endpoint_revoked';
export type DropReason = 'max_depth' | 'unsubscribed' | 'deleted' | 'cleared' | 'ram_full';

/** One message that a receiver gave back. */
export interface Nack {
  msgId: string;
  /** Seconds; undefined: as the subscription says. */
  delay?: number;
}

/** One delivery as its sink sees it: settled by exactly one of these, whenever the receiver answers, or by none. */
export interface Attempt {
  readonly subKey: string;
  acked(): void;
  /** The named ones come again, the others were received. */
  ackedExcept(nacks: Nack[]): void;
  /** All of it comes again, after `delaySec` or as the subscription says: an attempt against `delivery_max_retry`. */
  failed(error: string, delaySec?: number): void;
  /**
   * Nobody was reached: all of it goes back to the queue and uses up no retry, and the subscription rests for `delaySec`,
   * or for its `wait_sock_err`. Nothing is delivered while it rests; an edit of its options ends the rest.
   */
  unreachable(error: string, delaySec?: number): void;
}

/** What was pulled, for a receiver that will not ack: one of these settles it, once; without either, `ack_wait` does. */
export interface Handover {
  /** All of it has reached the receiver. */
  received(): void;
  /** It may not have: it waits again, and uses up no retry. */
  lost(): void;
}

/** Where the deliveries of an attached subscription go: a socket, a route or a service. */
export interface Sink {
  /** False while what was sent before has not left: nothing more is handed over until the broker is told. */
  readonly isReady: boolean;
  /** Takes what it needs of the batch within the call. */
  deliver(attempt: Attempt, batch: Batch): void;
  detached(subKey: string, reason: DetachReason): void;
  /** It is not the owner any more, by its own wish: nobody is to be told. */
  released(subKey: string): void;
  dropped(subKey: string, count: number, reason: DropReason): void;
}
