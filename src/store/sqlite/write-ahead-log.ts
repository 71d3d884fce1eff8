import type Database from 'better-sqlite3';
import { limits } from '../../protocol/limits.js';
import { pageBytes } from './connection.js';
import { sqliteCode } from './failure.js';

type Filled = [busy: number, pages: number, moved: number];
type Bounds = Record<'wal_bytes' | 'wal_rest_bytes' | 'wal_wait_ms' | 'wal_bytes_max' | 'wal_wait_ms_max', number>;

/** How often one `move` looks for what was added meanwhile. */
const roundsMax = 8;

const tryAfterMs = 0.25;
/** Nobody wakes who waits for this. */
const nothing = new Int32Array(new SharedArrayBuffer(4));

/**
 * The write-ahead log, and its way into the database. SQLite would move it inside a commit, and pass over errors of the
 * disk there. Here a thread of its own moves what comes, while the writer goes on; and the writer moves the last bit
 * between an answer and the next commit, because the log starts again from its beginning only when all of it has been
 * moved, and only the writer knows that nothing is being added.
 */
export class WriteAheadLog {
  readonly #db: Database.Database;
  readonly #bounds: Bounds;
  readonly #sql;
  /** Size at which it is worth trying to start again: more than when a reader was in the way. */
  #tryBytes: number;
  /** Size at which a reader is waited for in earnest; more after one that stayed, as the backup of an operator may. */
  #waitBytes: number;

  constructor(db: Database.Database, bounds: Bounds = limits) {
    this.#db = db;
    this.#bounds = bounds;
    this.#tryBytes = bounds.wal_bytes;
    this.#waitBytes = bounds.wal_bytes_max;
    this.#sql = {
      look: db.prepare<[], Filled>('PRAGMA wal_checkpoint(NOOP)').raw(),
      move: db.prepare<[], Filled>('PRAGMA wal_checkpoint(PASSIVE)').raw(),
      startAgain: db.prepare<[], Filled>('PRAGMA wal_checkpoint(RESTART)').raw(),
      empty: db.prepare<[], Filled>('PRAGMA wal_checkpoint(TRUNCATE)').raw(),
    };
  }

  /** Bytes that are not in the database yet. Looking costs 1 µs. */
  get unmovedBytes(): number {
    const [, pages, moved] = this.#sql.look.get()!;
    return (pages - moved) * pageBytes;
  }

  /** For the thread that moves: until little is left, or a reader holds up the rest. */
  move(): void {
    let left = this.unmovedBytes;
    for (let round = 0; round < roundsMax && left > this.#bounds.wal_rest_bytes; round++) {
      const before = left;
      this.#try(this.#sql.move);
      left = this.unmovedBytes;
      if (left >= before) return;
    }
  }

  /** For the writer, when there is nothing to answer: moves the rest of a long log, so that it starts again. */
  startAgain(): void {
    const bounds = this.#bounds;
    const [, pages, moved] = this.#sql.look.get()!;
    const bytes = pages * pageBytes;
    if (bytes < bounds.wal_bytes) {
      this.#tryBytes = bounds.wal_bytes;
      this.#waitBytes = bounds.wal_bytes_max;
    } else if (bytes >= this.#waitBytes) {
      if (!this.#startAgain(bounds.wal_wait_ms_max)) this.#waitBytes = bytes + bounds.wal_bytes_max;
    } else if (bytes >= this.#tryBytes && (pages - moved) * pageBytes <= bounds.wal_rest_bytes) {
      if (!this.#startAgain(bounds.wal_wait_ms)) this.#tryBytes = bytes + bounds.wal_rest_bytes / 2;
    }
  }

  /** Moves everything and empties the log, while nobody reads. */
  empty(): void {
    this.#try(this.#sql.empty);
  }

  /**
   * Tries again and again by itself. SQLite would wait for a place of a reader, and the next page may have taken the same
   * one by then, although it would not be in the way: beside pages without end that took up to 900 ms, this takes one page.
   */
  #startAgain(waitMs: number): boolean {
    const wait = this.#db.pragma('busy_timeout', { simple: true });
    this.#db.pragma('busy_timeout = 0');
    try {
      for (let waited = 0; !this.#try(this.#sql.startAgain); waited += tryAfterMs) {
        if (waited >= waitMs) return false;
        Atomics.wait(nothing, 0, 0, tryAfterMs);
      }
      return true;
    } finally {
      this.#db.pragma(`busy_timeout = ${wait}`);
    }
  }

  /** False if somebody was in the way. On a full disk the log keeps what it has, and the next commits say that it is full. */
  #try(statement: Database.Statement<[], Filled>): boolean {
    try {
      const [busy] = statement.get()!;
      return busy === 0;
    } catch (error) {
      if (sqliteCode(error) !== 'SQLITE_FULL') throw error;
      return false;
    }
  }
}
