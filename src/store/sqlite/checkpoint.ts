import type Database from 'better-sqlite3';
import { limits } from '../../protocol/limits.js';
import { pageBytes } from './connection.js';
import { sqliteCode } from './failure.js';

/**
 * Moves the write-ahead log into the database from time to time. SQLite would do so inside a commit, and pass over
 * errors of the disk there; here it comes after the answer, so that no commit waits for its own checkpoint, and an
 * error is seen. At 4 MiB a step took 4 to 8 ms; at 16 MiB it took 20, at 64 MiB 80. With pages read all the time beside
 * it, the log came to 17 to 20 MB.
 */
export class Checkpoints {
  readonly #sql;

  constructor(db: Database.Database) {
    this.#sql = {
      look: db.prepare<[], [busy: number, pages: number, moved: number]>('PRAGMA wal_checkpoint(NOOP)').raw(),
      move: db.prepare<[], unknown>('PRAGMA wal_checkpoint(PASSIVE)').raw(),
      startAgain: db.prepare<[], unknown>('PRAGMA wal_checkpoint(RESTART)').raw(),
      empty: db.prepare<[], unknown>('PRAGMA wal_checkpoint(TRUNCATE)').raw(),
    };
  }

  /** Called when there is nothing to answer. Looking costs 1 µs. */
  run(): void {
    const [, pages, moved] = this.#sql.look.get()!;
    if ((pages - moved) * pageBytes < limits.checkpoint_bytes) return;
    // A page that is being read keeps the log from starting again, and it grows on. At its bound, the next gap is awaited.
    this.#try(pages * pageBytes < limits.wal_bytes_max ? this.#sql.move : this.#sql.startAgain);
  }

  /** Moves everything and empties the log, while nobody reads. */
  empty(): void {
    this.#try(this.#sql.empty);
  }

  /** On a full disk the log keeps what it has, and the next commits say that it is full. */
  #try(statement: Database.Statement<[], unknown>): void {
    try {
      statement.get();
    } catch (error) {
      if (sqliteCode(error) !== 'SQLITE_FULL') throw error;
    }
  }
}
