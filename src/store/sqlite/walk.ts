import type Database from 'better-sqlite3';
import { limits } from '../../protocol/limits.js';
import type { Source } from '../merge.js';
import type { Position, Priority } from '../store.js';
import { place } from './schema.js';

/** What a walk looks at. `isWanted`: it is in a lane of the priority, and lives if that is asked. */
type Walked = [position: Position, topicId: number, isWanted: number];

/**
 * Two ways to walk the positions of one priority, both bounded by the rows that are looked at, not by those that fit.
 * Nearly all messages have the default priority, so an index for it would cost more than it saves: the log itself is
 * walked, with what else lies there.
 */
export class Walks {
  readonly #sql;

  constructor(db: Database.Database) {
    this.#sql = {
      index: db
        .prepare<[Priority, Position, Position, number], Walked>(
          `SELECT pos, topic_id, 1 FROM message INDEXED BY message_walk
           WHERE priority = ? AND priority <> 5 AND place = ${place.inLane} AND pos > ? AND pos <= ? ORDER BY pos LIMIT ?`,
        )
        .raw(),
      log: db
        .prepare<[Position, Position, number], Walked>(
          `SELECT pos, topic_id, priority = 5 AND place = ${place.inLane} FROM message NOT INDEXED
           WHERE pos > ? AND pos <= ? ORDER BY pos LIMIT ?`,
        )
        .raw(),
      livingByIndex: db
        .prepare<[number, Priority, Position, Position, number], Walked>(
          `SELECT pos, topic_id, expires_at > ? FROM message INDEXED BY message_walk
           WHERE priority = ? AND priority <> 5 AND place = ${place.inLane} AND pos > ? AND pos <= ? ORDER BY pos LIMIT ?`,
        )
        .raw(),
      livingInLog: db
        .prepare<[number, Position, Position, number], Walked>(
          `SELECT pos, topic_id, expires_at > ? AND priority = 5 AND place = ${place.inLane} FROM message NOT INDEXED
           WHERE pos > ? AND pos <= ? ORDER BY pos LIMIT ?`,
        )
        .raw(),
    };
  }

  read(priority: Priority, after: Position, upto: Position, limit: number): Walked[] {
    if (priority === limits.priority_default) return this.#sql.log.all(after, upto, limit);
    return this.#sql.index.all(priority, after, upto, limit);
  }

  /** The same, and what has expired at `now` is not wanted. */
  readLiving(priority: Priority, now: number, after: Position, upto: Position, limit: number): Walked[] {
    if (priority === limits.priority_default) return this.#sql.livingInLog.all(now, after, upto, limit);
    return this.#sql.livingByIndex.all(now, priority, after, upto, limit);
  }
}

/** What the walks of one page have in common. */
export interface Walk {
  /** True if the scope has the message. */
  sees(topicId: number, position: Position): boolean;
  /** How many more rows may be looked at. */
  rowsLeft: number;
}

export interface WalkRange {
  walk: Walk;
  priority: Priority;
  after: Position;
  upto: Position;
  /** Rows to look at in one step. */
  chunkSize: number;
}

/** The positions of one priority whose topics are in the scope. */
export class WalkSource implements Source {
  readonly #read: (after: Position, limit: number) => Walked[];
  readonly #walk: Walk;
  readonly #upto: Position;
  readonly #chunkSize: number;
  #found: Position[] = [];
  #index = 0;
  #looked: Position;

  constructor(walks: Walks, { walk, priority, after, upto, chunkSize }: WalkRange) {
    this.#read = (from, limit) => walks.read(priority, from, upto, limit);
    this.#walk = walk;
    this.#upto = upto;
    this.#chunkSize = chunkSize;
    this.#looked = after;
    this.#fill();
  }

  get head(): Position | undefined {
    return this.#found[this.#index];
  }

  /** Up to here all positions were looked at. */
  get looked(): Position {
    return this.#looked;
  }

  advance(): void {
    this.#index++;
    this.#fill();
  }

  #fill(): void {
    while (this.#index === this.#found.length && this.#looked < this.#upto && this.#walk.rowsLeft > 0) {
      const limit = Math.min(this.#chunkSize, this.#walk.rowsLeft);
      const rows = this.#read(this.#looked, limit);
      this.#walk.rowsLeft -= rows.length;
      this.#looked = rows.length < limit ? this.#upto : rows.at(-1)![0];
      this.#found = rows.filter(row => this.#fits(row)).map(([position]) => position);
      this.#index = 0;
    }
  }

  #fits([position, topicId, isWanted]: Walked): boolean {
    return isWanted === 1 && this.#walk.sees(topicId, position);
  }
}
