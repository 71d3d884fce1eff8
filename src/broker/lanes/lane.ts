import type { Position } from '../../store/store.js';
import type { Message } from '../message.js';
import { Ranges } from './ranges.js';
import { Stairs } from './stairs.js';

/** Messages of one lane that went out together and are not all settled. */
export interface Part {
  /** In rising position. */
  messages: Message[];
  /** 1 where the message of that index is settled; made when the first one is settled alone. */
  done: Uint8Array | null;
  /** How many are not settled. */
  open: number;
}

/**
 * A lane: how far one subscription has come in one priority, across all its topics.
 *
 *     cursor ≤ read ≤ scanned
 *
 * Up to the cursor every visible message is settled or has left the line for the overlay (invariant 2). Between cursor
 * and read the messages are in flight (`parts`) or settled ahead (`ahead`). Between read and scanned they lie in
 * `page`, fetched and not sent.
 */
export class Lane {
  cursor: Position;
  read: Position;
  scanned: Position;
  /** Nothing above this position may be sent: the mark on disk says so after a crash (invariant 5). */
  safe: Position;
  /** The mark as last handed to the store, at or above `safe`. */
  mark: Position;
  readonly ahead: Ranges;
  readonly stairs: Stairs;
  /** In rising position. */
  readonly parts: Part[] = [];
  page: Message[] = [];
  /** Index in `page` of the next message. */
  pageAt = 0;

  constructor(cursor: Position, ahead: Position[] = [], stairs: number[] = []) {
    this.cursor = cursor;
    this.read = cursor;
    this.scanned = cursor;
    this.safe = 0;
    this.mark = 0;
    this.ahead = new Ranges(ahead);
    this.stairs = new Stairs(stairs);
  }

  get pageLeft(): number {
    return this.page.length - this.pageAt;
  }

  /** UTF-16 units of the bodies that are left of the page. */
  get pageChars(): number {
    let chars = 0;
    for (let at = this.pageAt; at < this.page.length; at += 1) chars += this.page[at]!.body.length;
    return chars;
  }

  /** Puts messages that are about to be sent in flight. */
  take(messages: Message[]): Part {
    const part: Part = { messages, done: null, open: messages.length };
    this.parts.push(part);
    return part;
  }

  /** Settles what is open of a part. */
  settlePart(part: Part): void {
    if (part.open === 0) return;
    const { messages } = part;
    part.open = 0;
    if (part !== this.parts[0]) this.ahead.add(messages[0]!.position, messages[messages.length - 1]!.position);
    this.#remove(part);
  }

  /** Settles one message of a part, or lets it leave for the overlay. False: it was settled before. */
  settleOne(part: Part, index: number): boolean {
    if (part.open === 0 || part.done?.[index]) return false;
    const { messages } = part;
    part.done ??= new Uint8Array(messages.length);
    part.done[index] = 1;
    part.open -= 1;
    // Nothing visible lies between two neighbours of a part, so the gap belongs to the range and ranges unite.
    const from = index === 0 ? messages[0]!.position : messages[index - 1]!.position + 1;
    this.ahead.add(from, messages[index]!.position);
    if (part.open === 0) this.#remove(part);
    else if (part === this.parts[0]) this.advance();
    return true;
  }

  /** Passes a message that is not in flight: settled by name, or gone to the overlay. */
  pass(position: Position): void {
    if (position > this.cursor) this.ahead.add(position, position);
    if (this.parts.length === 0) this.advance();
  }

  /** Passes the next message in line, which expired. Nothing visible lies behind `read`, so a run of them is one range. */
  passNext(position: Position): void {
    if (this.parts.length > 0) this.ahead.add(this.read + 1, position);
  }

  /**
   * Passes a message that no one has, out of a backlog of which nothing is fetched. Nothing visible lies between it and
   * `after`, so a run of dropped messages is one range.
   */
  drop(after: Position, position: Position): void {
    const isOldest = this.parts.length === 0 && this.read === this.cursor;
    if (!isOldest) {
      this.ahead.add(Math.max(after, this.cursor) + 1, position);
      return;
    }
    this.read = position;
    this.scanned = Math.max(this.scanned, position);
    this.advance();
  }

  isNextToPassed(position: Position): boolean {
    return this.isPassed(position - 1) || this.isPassed(position + 1);
  }

  isPassed(position: Position): boolean {
    return position <= this.cursor || this.ahead.has(position);
  }

  /** Moves the cursor up to the first message that is in flight, or to all that was read. */
  advance(): void {
    const first = this.parts[0];
    let cursor = this.read;
    if (first) {
      const index = first.done ? first.done.indexOf(0) : 0;
      cursor = first.messages[index]!.position - 1;
    }
    if (cursor <= this.cursor) return;
    this.cursor = cursor;
    if (this.ahead.size > 0) this.ahead.dropUpTo(cursor);
    if (!this.stairs.isEmpty) this.stairs.dropUpTo(cursor);
  }

  /** Where a message is in flight, or null. */
  find(position: Position): { part: Part; index: number } | null {
    const part = this.parts[firstWhere(this.parts, one => lastOf(one) >= position)];
    if (!part) return null;
    const index = firstWhere(part.messages, message => message.position >= position);
    return part.messages[index]!.position === position && !part.done?.[index] ? { part, index } : null;
  }

  /** The receiver is gone: what is in flight goes back behind the cursor, and its count rises. */
  retreat(): void {
    const last = this.parts[this.parts.length - 1];
    if (last) this.stairs.raise(last.messages[last.messages.length - 1]!.position);
    this.forgetParts();
    this.forgetPage();
    this.read = this.cursor;
    this.scanned = this.cursor;
  }

  /** What was settled after `to` is open again. What may have been sent counts as sent once more. */
  rewind(to: Position): void {
    const cursor = Math.min(this.cursor, to);
    // What lies ahead of what was read was sent to an earlier receiver, or out of line.
    const sent = Math.max(this.read, this.ahead.last);
    if (sent > cursor) this.stairs.raise(sent);
    this.forgetParts();
    this.cursor = cursor;
    this.ahead.dropAfter(to);
  }

  /** What is in flight is nobody's any more: a late ack of it settles nothing. */
  forgetParts(): void {
    for (const part of this.parts) part.open = 0;
    this.parts.length = 0;
  }

  forgetPage(): void {
    this.page = [];
    this.pageAt = 0;
    this.scanned = this.read;
  }

  #remove(part: Part): void {
    const at = firstWhere(this.parts, one => lastOf(one) >= lastOf(part));
    if (this.parts[at] === part) this.parts.splice(at, 1);
    if (at === 0) this.advance();
  }
}

function lastOf({ messages }: Part): Position {
  return messages[messages.length - 1]!.position;
}

/** Index of the first for which it is true, as it is of all that follow; the length if there is none. */
function firstWhere<T>(items: readonly T[], isReached: (item: T) => boolean): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isReached(items[middle]!)) high = middle;
    else low = middle + 1;
  }
  return low;
}
