import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { setUpWriter } from '../../../src/store/sqlite/connection.js';
import { identify, migrate } from '../../../src/store/sqlite/migrate.js';
import { checkRuntime, checkSqliteVersion } from '../../../src/store/sqlite/runtime.js';
import { migrations } from '../../../src/store/sqlite/schema.js';
import { openSqliteStore } from '../../../src/store/sqlite.js';
import { StoreFailed, StoreRefused } from '../../../src/store/store.js';
import { append, commit, rejection } from '../conformance/bench.js';
import { inFolder } from './folder.js';

const test = suite('opening a sqlite store');

async function refusal(path: string): Promise<string> {
  const store = openSqliteStore(path);
  const error = await rejection(store.open());
  await store.close();
  assert.instance(error, StoreRefused);
  return (error as StoreRefused).message;
}

test('makes folders and files that nobody else can read', () =>
  inFolder(async folder => {
    const path = join(folder, 'a', 'b', 'store.db');
    const store = openSqliteStore(path);
    await store.open();
    await store.commit([append({})]);
    const mode = (file: string): string => (statSync(file).mode & 0o777).toString(8);
    for (const name of ['a', 'a/b']) assert.is(mode(join(folder, name)), '700');
    for (const suffix of ['', '-wal', '-shm', '-lock']) assert.is(mode(path + suffix), '600');
    await store.close();
  }));

test('leaves one whole file after a clean end', () =>
  inFolder(async folder => {
    const path = join(folder, 'store.db');
    const store = openSqliteStore(path);
    await store.open();
    await store.commit([append({})]);
    await store.close();
    const db = new Database(path);
    assert.is(db.prepare('SELECT count(*) FROM message').pluck().get(), 1);
    assert.is(db.pragma('integrity_check', { simple: true }), 'ok');
    db.close();
  }));

test('refuses a store that another one has open, and takes it when that one is closed', () =>
  inFolder(async folder => {
    const path = join(folder, 'store.db');
    const first = openSqliteStore(path);
    await first.open();
    assert.match(await refusal(path), /in use by another Holdfast process/);
    assert.equal(await commit(first, append({})), { first: 1, refused: [] });
    await first.close();
    const second = openSqliteStore(path);
    assert.is((await second.open()).position, 1);
    await second.close();
  }));

test('refuses a store of a newer version: says what it has, what is known, and what to do', () =>
  inFolder(async folder => {
    const path = join(folder, 'store.db');
    const store = openSqliteStore(path);
    await store.open();
    await store.close();
    const db = new Database(path);
    db.exec("UPDATE meta SET value = 99 WHERE key = 'schema'");
    db.close();
    const message = await refusal(path);
    assert.match(message, /has schema 99/);
    assert.match(message, new RegExp(`knows ${migrations.length}\\b`));
    assert.match(message, /Install/);
  }));

test('refuses what is no store of ours, and leaves it as it is', () =>
  inFolder(async folder => {
    const foreign = join(folder, 'foreign.db');
    const db = new Database(foreign);
    db.exec('CREATE TABLE message (a); INSERT INTO message VALUES (1)');
    db.close();
    const files: Record<string, RegExp> = { 'foreign.db': /of another program/ };
    for (const [name, bytes] of [
      ['short', Buffer.from('hello')],
      ['long', Buffer.alloc(20_000, 'x')],
    ] as const) {
      writeFileSync(join(folder, name), bytes);
      files[name] = /no SQLite database/;
    }
    for (const [name, reason] of Object.entries(files)) {
      const before = readFileSync(join(folder, name));
      const message = await refusal(join(folder, name));
      assert.match(message, reason);
      assert.ok(readFileSync(join(folder, name)).equals(before), `${name} was changed`);
    }
  }));

test('refuses a path that cannot be a file', () =>
  inFolder(async folder => {
    assert.match(await refusal(folder), /cannot be opened/);
    writeFileSync(join(folder, 'file'), '');
    assert.match(await refusal(join(folder, 'file', 'store.db')), /cannot be opened/);
  }));

test('syncs each commit: synchronous is FULL, read back', () =>
  inFolder(folder => {
    const db = new Database(join(folder, 'store.db'));
    setUpWriter(db);
    assert.is(db.pragma('synchronous', { simple: true }), 2);
    assert.is(db.pragma('journal_mode', { simple: true }), 'wal');
    assert.is(db.pragma('foreign_keys', { simple: true }), 0);
    db.close();
  }));

test('does not start when SQLite says that it would not sync', () =>
  inFolder(folder => {
    const db = new Database(join(folder, 'store.db'));
    const pragma = db.pragma.bind(db);
    db.pragma = (source, options) => (source === 'synchronous' ? 1 : pragma(source, options));
    assert.throws(
      () => setUpWriter(db),
      (error: Error) => error instanceof StoreFailed,
    );
    db.close();
  }));

test('migrates step by step from where a store is, each step once', () => {
  const db = new Database(':memory:');
  migrate(db, migrations);
  const steps = [...migrations, 'CREATE TABLE second (a)', 'CREATE TABLE third (a)'];
  migrate(db, steps.slice(0, -1));
  migrate(db, steps);
  migrate(db, steps);
  const schema = db.prepare("SELECT value FROM meta WHERE key = 'schema'").pluck().get();
  assert.is(schema, migrations.length + 2);
  db.close();
});

test('a migration that fails leaves the version before it', () => {
  const db = new Database(':memory:');
  migrate(db, migrations);
  assert.throws(() => migrate(db, [...migrations, 'CREATE TABLE half (a); CREATE TABLE message (a)']));
  assert.is(db.prepare("SELECT count(*) FROM sqlite_schema WHERE name = 'half'").pluck().get(), 0);
  assert.is(db.prepare("SELECT value FROM meta WHERE key = 'schema'").pluck().get(), migrations.length);
  identify(db);
  db.close();
});

test('refuses the pairs of Node.js and better-sqlite3 that would crash', () => {
  const node20 = { nodeVersion: 'v20.20.2', napiVersion: '9' };
  const node22 = { nodeVersion: 'v22.14.0', napiVersion: '10' };
  checkRuntime({ packageVersion: '12.11.1', ...node20 });
  checkRuntime({ packageVersion: '12.11.1', ...node22 });
  checkRuntime({ packageVersion: '13.2.0', ...node22 });
  assert.throws(
    () => checkRuntime({ packageVersion: '13.2.0', ...node20 }),
    /needs Node\.js 22\.14 or newer.*v20\.20\.2/,
  );
});

test('refuses versions of SQLite that lose commits', () => {
  for (const version of ['3.51.3', '3.51.10', '3.53.2', '4.0.0']) checkSqliteVersion(version);
  for (const version of ['3.51.2', '3.50.9', '3.9.0', '2.99.99']) {
    assert.throws(() => checkSqliteVersion(version), /can lose commits/);
  }
});

test.run();
