import type { Batch } from './batch.js';

export type DetachReason = 'taken_over' | 'deleted' | 'endpoint_revoked';
export type DropReason = 'max_depth' | 'unsubscribed' | 'deleted' | 'cleared';

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
  /** All of it comes again. */
  failed(error: string): void;
}

/** Where the deliveries of an attached subscription go: a socket, later a webhook or a service. */
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
