import type Database from 'better-sqlite3';
import type { Append, Appended, Position, Redrive, Redriven } from '../store.js';
import type { MessageTable } from './message-table.js';
import { place } from './schema.js';

/** Whose dead letters are, and how they go back. */
export class LetterTable {
  readonly #messages: MessageTable;
  readonly #sql;

  constructor(db: Database.Database, messages: MessageTable) {
    this.#messages = messages;
    this.#sql = {
      insert: db.prepare<[number, Position, number, string]>('INSERT INTO dead_letter VALUES (?, ?, ?, ?)'),
      remove: db.prepare<[number, Position]>('DELETE FROM dead_letter WHERE sub_id = ? AND pos = ?'),
      expired: db
        .prepare<[number, number], [number, Position]>(
          'SELECT sub_id, pos FROM dead_letter WHERE expires_at <= ? ORDER BY expires_at LIMIT ?',
        )
        .raw(),
      message: db
        .prepare<[Position], [placed: number, expiresAt: number, msgId: string | null]>(
          'SELECT place, expires_at, msg_id FROM message WHERE pos = ?',
        )
        .raw(),
      exists: db.prepare<[number], number>('SELECT 1 FROM subscription WHERE id = ?').pluck(),
    };
  }

  /** Notes whose the letters are that have just entered the log. */
  note(subId: number, letters: Append, { first, refused }: Appended, origins: string[]): void {
    const without = new Set(refused.map(({ index }) => index));
    let position = first;
    for (const [index, origin] of origins.entries()) {
      if (!without.has(index)) this.#sql.insert.run(subId, position++, letters.expiresAt[index]!, origin);
    }
  }

  redrive({ subId, letters }: Redrive): Redriven {
    const exists = this.#sql.exists.get(subId) !== undefined;
    return { entered: letters.map(letter => (exists ? this.#putBack(subId, letter) : null)) };
  }

  #putBack(subId: number, { position, ...message }: Redrive['letters'][number]): Position | null {
    if (this.#sql.remove.run(subId, position).changes === 0) return null;
    const letter = this.#sql.message.get(position);
    if (letter === undefined) return null;
    const [placed, expiresAt, msgId] = letter;
    // One that is kept has left the lanes already, and goes with the overlay rows that refer to it.
    if (!(placed & place.kept)) this.#messages.release(position, placed, expiresAt, msgId);
    return this.#messages.enter({ ...message, msgId: null, subIds: [subId] });
  }

  /** Forgets up to `limit` letters that have expired. True: there may be more. */
  forget(now: number, limit: number): boolean {
    const rows = this.#sql.expired.all(now, limit);
    for (const row of rows) this.#sql.remove.run(...row);
    return rows.length === limit;
  }
}
