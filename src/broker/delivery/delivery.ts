import type { Lane, Part } from '../lanes/lane.js';
import type { OverlayEntry } from '../lanes/overlay.js';
import type { Message } from '../message.js';
import type { Subscription } from '../subscriptions/subscription.js';

/** One attempt: the messages that went out together, until each is settled or their receiver is gone. */
export class Delivery {
  readonly subscription: Subscription;
  readonly epoch: number;
  /** In the order of delivery. */
  readonly parts: { lane: Lane; part: Part }[] = [];
  /** `sent` tells this attempt of an entry from a later one. */
  readonly overlay: { entry: OverlayEntry; message: Message; sent: number }[] = [];

  constructor(subscription: Subscription) {
    this.subscription = subscription;
    this.epoch = subscription.epoch;
  }

  /** False once the receiver that had it is gone. */
  get isCurrent(): boolean {
    return this.epoch === this.subscription.epoch;
  }

  /** True once nothing of it is with its receiver. */
  get isOver(): boolean {
    return !this.isCurrent || this.unsettled().next().done === true;
  }

  /**
   * An entry is kept back before the others are sent. It is not counted as sent, so its next attempt has the number of
   * this one, and this one's response must not settle it.
   */
  leaveOut(entry: OverlayEntry): void {
    const at = this.overlay.findIndex(one => one.entry === entry);
    if (at >= 0) this.overlay.splice(at, 1);
  }

  /** The messages that are not settled, with where they are. */
  *unsettled(): Generator<
    { message: Message; lane: Lane; part: Part; index: number } | { message: Message; entry: OverlayEntry }
  > {
    for (const { lane, part } of this.parts) {
      for (let index = 0; index < part.messages.length && part.open > 0; index += 1) {
        const message = part.messages[index]!;
        if (!part.done?.[index] && !this.#isInPlace(message)) yield { message, lane, part, index };
      }
    }
    for (const { entry, message, sent } of this.overlay)
      if (entry.isInFlight && entry.sent === sent) yield { message, entry };
  }

  /** It was given back while the overlay was full: it stays in the part, but is nobody's. */
  #isInPlace(message: Message): boolean {
    return this.subscription.overlay.get(message.position)?.isInPlace === true;
  }
}
