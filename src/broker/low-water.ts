import { matches } from '../protocol/matcher.js';
import { priorityMax, priorityMin } from '../protocol/message.js';
import { isPattern } from '../protocol/names.js';
import type { Position, SubscriptionRow } from '../store/store.js';
import { Lanes } from './lanes.js';

/**
 * The low-water mark: for each topic and priority the position up to which everyone who may see it has settled it. It
 * is taken from what is on disk, which is never ahead of what is true, so nothing is removed that someone still needs.
 */
export class LowWater {
  /** Where the pass began: who subscribes later starts above it. */
  readonly #start: Position;
  readonly #exact = new Map<string, Position[]>();
  readonly #wide = new Map<string, Position[]>();
  readonly #mailboxes: [number, Position[]][] = [];

  constructor(start: Position) {
    this.#start = start;
  }

  note(row: SubscriptionRow): void {
    const cursors = Lanes.cursors(row.lanes, row.createdAt);
    if (row.hasMailbox) this.#mailboxes.push([row.id, cursors]);
    for (const { pattern, from, to } of row.interests) {
      const marks = isPattern(pattern) ? this.#wide : this.#exact;
      const mark = marks.get(pattern) ?? new Array<Position>(priorityMax + 1).fill(this.#start);
      marks.set(pattern, mark);
      for (let p = priorityMin; p <= priorityMax; p += 1) {
        const settledTo = Math.max(cursors[p]!, from);
        if (to === null || settledTo < to) mark[p] = Math.min(mark[p]!, settledTo);
      }
    }
  }

  /** Indexed by priority; index 0 is not used. */
  of(topicName: string): Position[] {
    const least = [...(this.#exact.get(topicName) ?? new Array<Position>(priorityMax + 1).fill(this.#start))];
    for (const [pattern, mark] of this.#wide) {
      if (!matches(pattern, topicName)) continue;
      for (let p = priorityMin; p <= priorityMax; p += 1) least[p] = Math.min(least[p]!, mark[p]!);
    }
    return least;
  }

  /** Subscriptions with addressed messages, and how far they have settled. */
  mailboxes(): readonly [number, Position[]][] {
    return this.#mailboxes;
  }
}
