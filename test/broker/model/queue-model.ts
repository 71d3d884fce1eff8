import { isDelivering, isQueueing, type SubscriptionOptions } from '../../../src/broker/subscriptions/options.js';
import { matches } from '../../../src/protocol/matcher.js';
import type { Recorded, RecordingSink } from '../../sim/recording-sink.js';
import { Copy, inOrder, type ModelDelivery, type ModelMessage } from './copy.js';
import { smallLimits } from './small-limits.js';

/** A delivery that its sink has not answered. */
export interface Unanswered extends ModelDelivery {
  readonly recorded: Recorded;
}

/** What one subscription is owed. */
export class QueueModel {
  readonly subKey: string;
  readonly username: string;
  readonly name: string | null;
  readonly patterns = new Set<string>();
  options: SubscriptionOptions;
  sink: RecordingSink | null = null;
  copies: Copy[] = [];
  unanswered: Unanswered[] = [];
  pulled: ModelDelivery[] = [];
  /** From a crash until someone comes: what is published then may, after a restart, count as sent before the crash. */
  isMarked = false;
  /** Moves to the top so far. */
  moves = 0;
  /** For each priority, the place of the last message that was sent for the first time, in line. */
  readonly firstSent = new Map<number, number>();

  constructor(subKey: string, username: string, name: string | null, patterns: string[], options: SubscriptionOptions) {
    this.subKey = subKey;
    this.username = username;
    this.name = name;
    this.options = options;
    for (const pattern of patterns) this.patterns.add(pattern);
  }

  /** A message was accepted while the endpoint had, or had not, the right to it. */
  enter(message: ModelMessage, hasRight: boolean): void {
    if (!isQueueing(this.options) || !hasRight) return;
    const patterns = [...this.patterns].filter(pattern => matches(pattern, message.topic));
    if (patterns.length > 0) this.#add(new Copy(message, new Set(patterns)));
  }

  enterMailbox(message: ModelMessage): void {
    this.#add(new Copy(message, null));
  }

  #add(copy: Copy): void {
    copy.isExact = !this.isMarked;
    this.copies.push(copy);
  }

  /** What is in the queue, in the order of delivery. */
  queued(now: number): Copy[] {
    return this.copies.filter(copy => copy.isQueued(now)).sort(inOrder);
  }

  deliverable(now: number): Copy[] {
    return this.copies.filter(copy => copy.isDeliverable(now)).sort(inOrder);
  }

  get out(): Copy[] {
    return this.copies.filter(copy => copy.out !== null);
  }

  /** Messages that may have left the line: an upper bound of the rows of the overlay. */
  get offLine(): number {
    return this.copies.filter(copy => copy.state === 'open' && copy.place !== 'line').length;
  }

  /** True if a sink gets what is due. */
  get isServed(): boolean {
    const { sink, options } = this;
    return sink?.isReady === true && isDelivering(options) && options.delivery_method === 'notify';
  }

  /** The receiver is gone: what was out is in the queue again. */
  retreat(): void {
    for (const copy of this.copies) {
      copy.out = null;
      copy.isVague ||= copy.mayBeInPlace;
    }
    this.unanswered = [];
    this.pulled = [];
    this.isMarked = false;
  }

  /** What was in memory only is gone. */
  endWithProcess(): void {
    for (const copy of this.copies) copy.endWithProcess();
  }

  /** Time has passed: what was pulled and not settled comes back. */
  tick(now: number): void {
    for (const delivery of this.pulled.filter(({ returnsAt }) => returnsAt! <= now)) {
      this.pulled.splice(this.pulled.indexOf(delivery), 1);
      const isFull = this.isFull(delivery.copies.length);
      for (const copy of delivery.copies) if (copy.out === delivery) copy.giveBack(0, true, isFull);
    }
  }

  removePattern(pattern: string): void {
    this.patterns.delete(pattern);
    for (const copy of this.copies) {
      if (!copy.patterns?.delete(pattern) || copy.patterns.size > 0 || copy.state !== 'open') continue;
      copy.state = 'dropped';
      if (copy.place !== 'line') copy.out = null;
    }
  }

  clear(): void {
    for (const copy of this.copies) if (copy.state === 'open') copy.settle(false);
    this.retreat();
  }

  /** Those with these ids are in line again as they were published, and whoever has the queue begins anew. */
  reopen(msgIds: ReadonlySet<string>): void {
    for (const copy of this.copies) {
      if (msgIds.has(copy.message.msgId)) copy.reopen();
      copy.isExact = false;
    }
    this.firstSent.clear();
    this.retreat();
  }

  /**
   * True if so many more may not find room in the overlay. Then they are tried again in place, which raises the counts
   * of all that is before them: those may be too high.
   */
  isFull(more: number): boolean {
    // The row of what expired stays until its attempt is due.
    const rows = this.copies.filter(copy => copy.state !== 'settled' && copy.place !== 'line').length;
    if (rows + more <= smallLimits.overlay_rows_max) return false;
    for (const copy of this.copies) copy.isExact = false;
    return true;
  }

  /** Everything has had the time to reach the disk. */
  harden(): void {
    for (const copy of this.copies) copy.isSoft = false;
  }
}
