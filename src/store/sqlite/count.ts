import type Database from 'better-sqlite3';
import { limits } from '../../protocol/limits.js';
import { priorityMax, priorityMin } from '../../protocol/message.js';
import type { CountGap, CountQuery, Position, Priority } from '../store.js';
import { View } from '../view.js';
import { place } from './schema.js';
import type { TopicNames } from './topic-names.js';
import { Walks } from './walk.js';

type Counted = [living: number, looked: number, last: Position | null];

/** Ranges that are counted before other reads have their turn, however few rows they have. */
const rangesPerTurn = 1_000;

/** Rows of a walk that weigh as much as one row of an index that is counted, because each is judged. */
const walkedWeight = 10;

/**
 * Counts messages in bounded steps, 12 million rows/s. A step ends the turn, so that the depth of a queue of millions
 * does not hold up the pages of others. What the steps see may differ by a sweep in between; that takes away only what
 * has expired, which is not counted anyway, or what is settled, which is in no range that is asked for.
 */
export class Counter {
  readonly #sql;
  readonly #walks: Walks;
  readonly #names: TopicNames;
  readonly #step: number;

  /** `step`: rows that are counted in one turn. */
  constructor(db: Database.Database, names: TopicNames, step: number = limits.count_rows_step) {
    this.#sql = prepare(db);
    this.#walks = new Walks(db);
    this.#names = names;
    this.#step = step;
  }

  /** Yields at the end of each turn, and returns the count. */
  *count({ ranges, wide, mailbox, now }: CountQuery): Generator<void, number> {
    let total = 0;
    let counted = 0;
    for (const { topicId, priority, from, to } of ranges) {
      total += yield* this.#steps(from, after => this.#sql.lane.get(now, topicId, priority, after, to, this.#step)!);
      if (++counted % rangesPerTurn === 0) yield;
    }
    if (wide !== undefined) {
      const view = new View(wide.view, topicId => this.#names.of(topicId));
      for (const gap of wide.gaps) total += yield* this.#walk(gap, view, now);
    }
    if (mailbox === null) return total;
    const { subId, after, upto } = mailbox;
    for (let priority = priorityMin; priority <= priorityMax; priority++) {
      total += yield* this.#steps(
        after[priority]!,
        from => this.#sql.mailbox.get(now, subId, priority, from, upto, this.#step)!,
      );
    }
    return total;
  }

  *#walk({ priority, from, to }: CountGap, view: View, now: number): Generator<void, number> {
    const step = Math.ceil(this.#step / walkedWeight);
    let total = 0;
    for (let after = from; ; ) {
      const rows = this.#walks.readLiving(priority, now, after, to, step);
      for (const [position, topicId, isLiving] of rows) if (isLiving === 1 && view.sees(topicId, position)) total++;
      if (rows.length < step) return total;
      after = rows.at(-1)![0];
      yield;
    }
  }

  *#steps(from: Position, read: (after: Position) => Counted): Generator<void, number> {
    let total = 0;
    for (let after = from; ; ) {
      const [living, looked, last] = read(after);
      total += living;
      if (looked < this.#step) return total;
      after = last!;
      yield;
    }
  }
}

function prepare(db: Database.Database) {
  const counted = 'count(*) FILTER (WHERE expires_at > ?), count(*), max(pos)';
  return {
    lane: db
      .prepare<[number, number, Priority, Position, Position, number], Counted>(
        `SELECT ${counted} FROM (SELECT pos, expires_at FROM message INDEXED BY message_lane
         WHERE topic_id = ? AND priority = ? AND place = ${place.inLane} AND pos > ? AND pos <= ? ORDER BY pos LIMIT ?)`,
      )
      .raw(),
    mailbox: db
      .prepare<[number, number, Priority, Position, Position, number], Counted>(
        `SELECT ${counted} FROM (SELECT mailbox.pos, message.expires_at
         FROM mailbox CROSS JOIN message ON message.pos = mailbox.pos
         WHERE sub_id = ? AND mailbox.priority = ? AND mailbox.pos > ? AND mailbox.pos <= ? ORDER BY mailbox.pos LIMIT ?)`,
      )
      .raw(),
  };
}
