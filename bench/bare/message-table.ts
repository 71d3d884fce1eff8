import { join } from 'node:path';
import Database from 'better-sqlite3';

export interface Row {
  position: number;
  body: string;
}

const topicId = 1;
const priority = 5;
const dayMs = 86_400_000;
/** Expiries in coarse steps, because an index over scattered values would cost twice as much. */
const expiryStepMs = 10_000;

/** The message table as the broker has it, and nothing else: the same columns, indexes and durability. */
export class MessageTable {
  readonly #database: Database.Database;
  readonly #insertAll: (bodies: readonly string[], now: number) => void;
  readonly #page: Database.Statement<[number, number, number, number], Row>;
  readonly #keepCursor: Database.Statement<[number]>;
  #position = 0;

  constructor(directory: string) {
    this.#database = new Database(join(directory, 'bare.db'));
    this.#database.pragma('journal_mode = WAL');
    this.#database.pragma('synchronous = FULL');
    this.#database.exec(`
      CREATE TABLE message (
        pos INTEGER PRIMARY KEY, topic_id INTEGER NOT NULL, priority INTEGER NOT NULL,
        expires_at INTEGER NOT NULL, body TEXT NOT NULL
      );
      CREATE INDEX message_lane ON message (topic_id, priority);
      CREATE INDEX message_expiry ON message (expires_at);
      CREATE TABLE cursor (pos INTEGER NOT NULL);
      INSERT INTO cursor VALUES (0);`);
    const insert = this.#database.prepare('INSERT INTO message VALUES (?, ?, ?, ?, ?)');
    this.#insertAll = this.#database.transaction((bodies: readonly string[], now: number) => {
      const expiresAt = Math.ceil((now + dayMs) / expiryStepMs) * expiryStepMs;
      for (const body of bodies) {
        this.#position += 1;
        insert.run(this.#position, topicId, priority, expiresAt, body);
      }
    });
    this.#page = this.#database.prepare(
      'SELECT pos AS position, body FROM message WHERE topic_id = ? AND priority = ? AND pos > ? ORDER BY pos LIMIT ?',
    );
    this.#keepCursor = this.#database.prepare('UPDATE cursor SET pos = ?');
  }

  /** One transaction, on disk when the call returns; answers the position of the last one. */
  insert(bodies: readonly string[]): number {
    this.#insertAll(bodies, Date.now());
    return this.#position;
  }

  page(after: number, limit: number): Row[] {
    return this.#page.all(topicId, priority, after, limit);
  }

  keepCursor(position: number): void {
    this.#keepCursor.run(position);
  }

  close(): void {
    this.#database.close();
  }
}
