import type { Lane, Part } from './lane.js';
import type { Message } from './message.js';
import type { OverlayEntry } from './overlay.js';
import type { Subscription } from './subscription.js';

/** One attempt: the messages that went out together, until each is settled or their receiver is gone. */
export class Delivery {
  readonly subscription: Subscription;
  readonly epoch: number;
  /** In the order of delivery. */
  readonly parts: { lane: Lane; part: Part }[] = [];
  readonly overlay: { entry: OverlayEntry; message: Message }[] = [];

  constructor(subscription: Subscription) {
    this.subscription = subscription;
    this.epoch = subscription.epoch;
  }

  /** False once the receiver that had it is gone. */
  get isCurrent(): boolean {
    return this.epoch === this.subscription.epoch;
  }

  /** Messages that are not settled. */
  get open(): number {
    let open = 0;
    for (const { part } of this.parts) open += part.open;
    for (const { entry } of this.overlay) if (entry.isInFlight) open += 1;
    return open;
  }

  /** The messages that are not settled, with where they are. */
  *unsettled(): Generator<
    { message: Message; lane: Lane; part: Part; index: number } | { message: Message; entry: OverlayEntry }
  > {
    for (const { lane, part } of this.parts) {
      for (let index = 0; index < part.messages.length && part.open > 0; index += 1) {
        if (!part.done?.[index]) yield { message: part.messages[index]!, lane, part, index };
      }
    }
    for (const { entry, message } of this.overlay) if (entry.isInFlight) yield { message, entry };
  }
}
