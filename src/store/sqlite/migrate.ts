import { randomBytes } from 'node:crypto';
import type Database from 'better-sqlite3';
import { StoreRefused } from '../store.js';
import { sqliteCode } from './failure.js';
import { applicationId } from './schema.js';

/** Throws `StoreRefused` if the file is not one of ours, before anything in it is changed. An empty one is welcome. */
export function identify(db: Database.Database): void {
  const reason = foreign(db);
  if (reason === null) return;
  throw new StoreRefused(`${db.name} is not a Holdfast store: ${reason}. It was left as it is; use another file.`);
}

function foreign(db: Database.Database): string | null {
  try {
    const tables = db.prepare<[], number>('SELECT count(*) FROM sqlite_schema').pluck().get();
    const id = db.pragma('application_id', { simple: true });
    if (id === applicationId || (tables === 0 && id === 0)) return null;
    return 'it is a database of another program';
  } catch (error) {
    if (sqliteCode(error) === 'SQLITE_NOTADB') return 'it is no SQLite database';
    throw error;
  }
}

/** Brings the database to the version of the last migration, each step in a transaction of its own. */
export function migrate(db: Database.Database, migrations: readonly string[]): void {
  for (let version = versionOf(db); version < migrations.length; version++) {
    db.transaction(() => {
      db.exec(migrations[version]!);
      if (version === 0) begin(db);
      db.prepare("INSERT OR REPLACE INTO meta VALUES ('schema', ?)").run(version + 1);
    }).immediate();
  }
  const version = versionOf(db);
  if (version > migrations.length) {
    throw new StoreRefused(
      `${db.name} has schema ${version}; this version of Holdfast knows ${migrations.length}. ` +
        'Install the version of Holdfast that used it last, or a newer one.',
    );
  }
}

function begin(db: Database.Database): void {
  db.pragma(`application_id = ${applicationId}`);
  const insert = db.prepare('INSERT INTO meta VALUES (?, ?)');
  insert.run('secret', randomBytes(32).toString('hex'));
  insert.run('reserved_position', 0);
}

function versionOf(db: Database.Database): number {
  const exists = db.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'meta'").get();
  if (exists === undefined) return 0;
  return db.prepare<[], number>("SELECT value FROM meta WHERE key = 'schema'").pluck().get() ?? 0;
}
