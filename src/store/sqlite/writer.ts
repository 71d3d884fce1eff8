import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { limits } from '../../protocol/limits.js';
import { PositionCounter } from '../positions.js';
import { type Committed, type Opened, type Operation, StoreFull } from '../store.js';
import { setUpWriter } from './connection.js';
import { sqliteCode } from './failure.js';
import { lock } from './lock.js';
import { identify, migrate } from './migrate.js';
import { migrations } from './schema.js';
import { Transactions } from './transactions.js';
import { WriteAheadLog } from './write-ahead-log.js';

export interface WriterOptions {
  path: string;
  /** Pages after which the store counts as full, for tests. */
  pagesMax?: number;
}

/** The one connection that changes the store. It lives in a worker, and its calls are answered in their order. */
export class Writer {
  readonly #lock: Database.Database;
  readonly #db: Database.Database;
  readonly #positions: PositionCounter;
  readonly #transactions: Transactions;
  readonly #log: WriteAheadLog;
  #fullEra = -1;

  private constructor(held: Database.Database, db: Database.Database) {
    this.#lock = held;
    this.#db = db;
    this.#positions = new PositionCounter(Number(metaValue(db, 'reserved_position')), limits.position_block);
    this.#transactions = new Transactions(db, this.#positions);
    this.#log = new WriteAheadLog(db);
  }

  /** Makes or migrates what is needed. Throws `StoreRefused` for a file that must not be touched. */
  static open({ path, pagesMax }: WriterOptions): Writer {
    create(path);
    const held = lock(path);
    let db: Database.Database | undefined;
    try {
      db = new Database(path);
      identify(db);
      setUpWriter(db, pagesMax);
      migrate(db, migrations);
      const writer = new Writer(held, db);
      // SQLite passes over an error of the disk while it makes a file; this writes and syncs all of it once more.
      writer.#log.empty();
      return writer;
    } catch (error) {
      db?.close();
      held.close();
      throw error;
    }
  }

  opened(): Opened {
    const { directory, subscriptions, delays, marks, uses } = this.#transactions;
    return {
      position: this.#positions.last,
      topics: directory.topics(),
      endpoints: directory.endpoints(),
      widePatterns: subscriptions.widePatterns(),
      secret: String(metaValue(this.#db, 'secret')),
      nextDueAt: delays.nextDueAt,
      marks: marks.all(),
      uptime: uses.uptime(),
    };
  }

  /** `era`: one in which the disk was full is over; what comes late out of it is refused too. */
  commit(era: number, operations: Operation[]): Committed {
    if (era === this.#fullEra) throw new StoreFull('The disk was full when this was handed over: nothing was stored.');
    try {
      return this.#transactions.commit(operations);
    } catch (error) {
      if (error instanceof StoreFull) this.#fullEra = era;
      throw error;
    }
  }

  /** Bytes of commits that wait to be moved into the database. */
  get unmovedBytes(): number {
    return this.#log.unmovedBytes;
  }

  /** Called after each answer. */
  afterAnswer(): void {
    this.#log.startAgain();
  }

  /** A clean end. Called last, when no reader has the file open. On a full disk the next start leaves a gap, no more. */
  close(): void {
    try {
      this.#transactions.persistPosition();
    } catch (error) {
      if (sqliteCode(error) !== 'SQLITE_FULL') throw error;
    }
    this.#log.empty();
    this.#db.close();
    this.#lock.close();
  }

  /** An end after a failure: nothing is written that could be avoided. */
  abandon(): void {
    this.#db.close();
    this.#lock.close();
  }
}

/** Makes the files for nobody else to read. SQLite gives what it puts beside them the same rights. */
function create(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  for (const file of [path, `${path}-lock`]) {
    try {
      closeSync(openSync(file, 'wx', 0o600));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

function metaValue(db: Database.Database, key: string): unknown {
  return db.prepare<[string], unknown>('SELECT value FROM meta WHERE key = ?').pluck().get(key);
}
