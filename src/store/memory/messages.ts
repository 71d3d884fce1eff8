import type { Position } from '../store.js';
import { MemoryLog, type StoredMessage } from './log.js';

/** Messages, with what else refers to them: the ids that publishers gave, and the rows of overlays. */
export abstract class MemoryMessages {
  readonly log = new MemoryLog();
  /** By message: the subscriptions whose overlay rows refer to it, and until when each row is valid. */
  readonly #references = new Map<Position, Map<number, number>>();

  /** The message with this id is gone. */
  protected abstract released(msgId: string): void;

  /** An overlay row of this subscription refers to a message. */
  refer(position: Position, subId: number, until: number): void {
    const references = this.#references.get(position);
    if (references === undefined) this.#references.set(position, new Map([[subId, until]]));
    else references.set(subId, until);
  }

  /** The row is gone. With the last row that refers to it goes a message that was kept for it. */
  unrefer(position: Position, subId: number): void {
    const references = this.#references.get(position);
    references?.delete(subId);
    if (references === undefined || references.size > 0) return;
    this.#references.delete(position);
    const message = this.log.get(position);
    if (message?.isKept) this.remove([message]);
  }

  /** The subscriptions with overlay rows that refer to this message. */
  referrers(position: Position): number[] {
    return [...(this.#references.get(position)?.keys() ?? [])];
  }

  /** Until when an overlay row refers to this message at most, or null. */
  referredUntil(position: Position): number | null {
    const references = this.#references.get(position);
    return references === undefined ? null : Math.max(...references.values());
  }

  remove(messages: StoredMessage[]): void {
    this.log.remove(messages);
    for (const { msgId } of messages) if (msgId !== null) this.released(msgId);
  }

  /** Removes messages that no lane and no mailbox needs any more, but keeps those that an overlay row refers to. */
  release(messages: StoredMessage[]): number {
    const kept = messages.filter(message => this.referredUntil(message.position) !== null);
    const gone = messages.filter(message => this.referredUntil(message.position) === null);
    if (kept.length > 0) this.log.keep(kept);
    if (gone.length > 0) this.remove(gone);
    return gone.length;
  }

  /** Empties the mailbox of a subscription. */
  abandonMailbox(subId: number): void {
    for (const list of this.log.mailbox(subId) ?? []) {
      const messages = list.head(Number.POSITIVE_INFINITY, list.length).map(each => this.log.get(each)!);
      this.release(this.log.leaveMailbox(subId, messages));
    }
  }
}
