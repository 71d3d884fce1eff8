import type Database from 'better-sqlite3';
import type { LetterQuery, LetterRow } from '../store.js';
import { messageColumns, type RawMessage } from './columns.js';
import { place } from './schema.js';

/** Reads the dead letters of one subscription. */
export class LetterReader {
  readonly #letters;

  constructor(db: Database.Database) {
    this.#letters = db
      .prepare<[number, number, number], [...RawMessage, origin: string]>(
        `SELECT ${messageColumns('body')}, origin FROM dead_letter CROSS JOIN message ON message.pos = dead_letter.pos
         WHERE sub_id = ? AND dead_letter.pos > ? ORDER BY dead_letter.pos LIMIT ?`,
      )
      .raw();
  }

  read({ subId, after, limit, limitChars }: LetterQuery): LetterRow[] {
    const letters: LetterRow[] = [];
    let chars = 0;
    for (const row of this.#letters.iterate(subId, after, limit)) {
      const [position, topicId, priority, expiresAt, msgId, placed, body, origin] = row;
      const isAddressed = (placed & place.addressed) !== 0;
      letters.push({ position, topicId, priority, expiresAt, msgId, isAddressed, body, origin });
      chars += body.length;
      if (chars >= limitChars) break;
    }
    return letters;
  }
}
