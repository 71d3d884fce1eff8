import type { MessageIds } from '../../protocol/ids.js';
import type { Lane } from '../lanes/lane.js';
import type { OverlayEntry } from '../lanes/overlay.js';
import type { Message } from '../message.js';
import type { Subscription } from '../subscriptions/subscription.js';
import { Batch, endOf } from './batch.js';
import { Delivery } from './delivery.js';

export interface Next {
  delivery: Delivery;
  batch: Batch;
}

/** The delivery that is being put together. */
export class Draft {
  readonly subscription: Subscription;
  readonly #delivery: Delivery;
  readonly #batch: Batch;
  readonly #messagesMax: number;
  readonly #bytesMax: number;
  readonly #endBytes: number;
  #bytes = 0;
  #isFull = false;

  constructor(subscription: Subscription, ids: MessageIds, messagesMax: number) {
    this.subscription = subscription;
    this.#delivery = new Delivery(subscription);
    this.#batch = new Batch(subscription.subKey, ids);
    this.#messagesMax = messagesMax;
    this.#bytesMax = subscription.options.max_frame_bytes;
    this.#endBytes = endOf(1, subscription.subKey).length + 1;
  }

  get isFull(): boolean {
    return this.#isFull || this.#batch.messages.length >= this.#messagesMax;
  }

  /** True if the message has room; a first one always has, however large. After one that has none, none has. */
  fits(message: Message): boolean {
    if (this.isFull) return false;
    if (this.#batch.messages.length === 0 || this.#bytes + message.bytes + this.#endBytes <= this.#bytesMax)
      return true;
    this.#isFull = true;
    return false;
  }

  add(message: Message, lane: Lane): void {
    const sent = lane.stairs.isEmpty ? 0 : lane.stairs.timesSent(message.position);
    this.#put(message, sent + 1);
  }

  addEntry(entry: OverlayEntry): void {
    const message = entry.ready!;
    this.#put(message, entry.sent);
    this.subscription.overlay.send(entry);
    this.#delivery.overlay.push({ entry, message, sent: entry.sent });
  }

  endLane(lane: Lane, messages: Message[]): void {
    if (messages.length > 0) this.#delivery.parts.push({ lane, part: lane.take(messages) });
  }

  done(): Next | null {
    return this.#batch.messages.length === 0 ? null : { delivery: this.#delivery, batch: this.#batch };
  }

  #put(message: Message, timesSent: number): void {
    this.#batch.add(message, timesSent);
    this.#bytes += message.bytes + this.#endBytes;
  }
}
