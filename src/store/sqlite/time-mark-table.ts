import type Database from 'better-sqlite3';
import type { Marked, MarkTime, Position, TimeMark } from '../store.js';

/** Which times positions stand for. */
export class TimeMarkTable {
  readonly #sql;

  constructor(db: Database.Database) {
    this.#sql = {
      insert: db.prepare<[Position, number]>('INSERT OR IGNORE INTO time_mark VALUES (?, ?)'),
      forget: db.prepare<[Position]>('DELETE FROM time_mark WHERE pos = ?'),
      all: db.prepare<[], TimeMark>('SELECT pos AS position, at FROM time_mark ORDER BY pos'),
    };
  }

  mark({ at, forget }: MarkTime, position: Position): Marked {
    for (const gone of forget) this.#sql.forget.run(gone);
    this.#sql.insert.run(position, at);
    return { position };
  }

  all(): TimeMark[] {
    return this.#sql.all.all();
  }
}
