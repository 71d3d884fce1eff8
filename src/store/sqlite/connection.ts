import Database from 'better-sqlite3';
import { limits } from '../../protocol/limits.js';
import { StoreFailed, StoreRefused } from '../store.js';
import { checkSqliteVersion } from './runtime.js';

export const pageBytes = 8_192;
const full = 2;

/**
 * Settings of the writer. Pages of 8 KiB hold some 16 messages; against 4 KiB they saved 10 % of the time of large
 * commits.
 */
export function setUpWriter(db: Database.Database, pagesMax?: number): void {
  checkSqliteVersion(db.prepare<[], string>('SELECT sqlite_version()').pluck().get()!);
  db.pragma(`page_size = ${pageBytes}`);
  const mode = db.pragma('journal_mode = WAL', { simple: true });
  if (mode !== 'wal') throw new StoreRefused(`The file system of ${db.name} cannot hold a write-ahead log.`);
  setUpSync(db);
  db.pragma(`journal_size_limit = ${limits.wal_bytes_max}`);
  setUp(db, limits.writer_cache_bytes);
  if (pagesMax !== undefined) db.pragma(`max_page_count = ${pagesMax}`);
}

/** A connection that moves the write-ahead log into the database. The writer has set up the file before. */
export function openForMoving(path: string): Database.Database {
  const db = new Database(path, { fileMustExist: true });
  setUpSync(db);
  return db;
}

/** Moving the log is `write-ahead-log.ts`'s, so the automatic way is off. */
function setUpSync(db: Database.Database): void {
  db.pragma('synchronous = FULL');
  const synchronous = db.pragma('synchronous', { simple: true });
  if (synchronous !== full) throw new StoreFailed(`SQLite would not sync each commit (synchronous is ${synchronous}).`);
  // Where fsync leaves data in the drive's cache (macOS), these make it reach the disk; elsewhere they do nothing.
  db.pragma('fullfsync = ON');
  db.pragma('checkpoint_fullfsync = ON');
  db.pragma('wal_autocheckpoint = 0');
}

/**
 * A connection that only reads. No `mmap_size`: it was no faster but for interleaved priorities (1.3 times), and an
 * error of the disk would end the process without a word.
 */
export function openForReading(path: string): Database.Database {
  const db = new Database(path, { readonly: true, fileMustExist: true });
  setUp(db, limits.reader_cache_bytes);
  return db;
}

function setUp(db: Database.Database, cacheBytes: number): void {
  db.pragma('foreign_keys = OFF');
  db.pragma('temp_store = MEMORY');
  db.pragma(`cache_size = ${-Math.floor(cacheBytes / 1024)}`);
}
