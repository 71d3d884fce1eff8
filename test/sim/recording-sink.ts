import type { Batch } from '../../src/broker/delivery/batch.js';
import type { Attempt, DetachReason, DropReason, Sink } from '../../src/broker/sink.js';

/** A message as its receiver reads it. */
export interface Received {
  msg_id: string;
  topic_name: string;
  data: unknown;
  priority: number;
  delivery_count: number;
  sub_key: string;
  expiration: number;
  recv_time_iso: string;
  expiration_time_iso: string;
  dead_letter?: { reason: string; attempts: number; last_error: string | null; sub_name: string; topic_name: string };
}

export interface Recorded {
  subKey: string;
  attempt: Attempt;
  messages: Received[];
  /** Unix milliseconds. */
  atMs: number;
}

export type Told =
  | { kind: 'detached'; subKey: string; reason: DetachReason }
  | { kind: 'dropped'; subKey: string; count: number; reason: DropReason };

/** A sink that answers nothing by itself and remembers what it was given. */
export class RecordingSink implements Sink {
  isReady = true;
  readonly deliveries: Recorded[] = [];
  readonly told: Told[] = [];
  readonly #nowMs: () => number;
  readonly #onDelivered: (recorded: Recorded) => void;

  constructor(nowMs: () => number, onDelivered: (recorded: Recorded) => void = () => {}) {
    this.#nowMs = nowMs;
    this.#onDelivered = onDelivered;
  }

  deliver(attempt: Attempt, batch: Batch): void {
    const messages = JSON.parse(batch.json()) as Received[];
    batch.forgetContent();
    const recorded = { subKey: attempt.subKey, attempt, messages, atMs: this.#nowMs() };
    this.deliveries.push(recorded);
    this.#onDelivered(recorded);
  }

  released(): void {}

  detached(subKey: string, reason: DetachReason): void {
    this.told.push({ kind: 'detached', subKey, reason });
  }

  dropped(subKey: string, count: number, reason: DropReason): void {
    this.told.push({ kind: 'dropped', subKey, count, reason });
  }

  /** The `data` of all messages so far, a list for each delivery. */
  get data(): unknown[][] {
    return this.deliveries.map(({ messages }) => messages.map(message => message.data));
  }
}
