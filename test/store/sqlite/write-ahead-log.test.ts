import { join } from 'node:path';
import Database from 'better-sqlite3';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { openForMoving, pageBytes, setUpWriter } from '../../../src/store/sqlite/connection.js';
import { WriteAheadLog } from '../../../src/store/sqlite/write-ahead-log.js';
import { inFolder } from './folder.js';

/** In pages, as far as they are sizes; waits are as short as can be. */
const bounds = {
  wal_bytes: 20 * pageBytes,
  wal_rest_bytes: 4 * pageBytes,
  wal_wait_ms: 0,
  wal_bytes_max: 40 * pageBytes,
  wal_wait_ms_max: 0,
};

interface Stage {
  log: WriteAheadLog;
  /** The same log, as the thread that moves it sees it. */
  moving: WriteAheadLog;
  /** Adds so many pages to the log, each in a commit of its own. */
  add(pages: number): void;
  /** Pages of the log since it last started again. */
  pages(): number;
  /** Holds the present state, as a page does that is being read, until the answer is called. */
  read(): () => void;
  /** What the writer has tried: `startAgain` of SQLite, once for each. */
  tries: () => number;
}

function onStage(use: (stage: Stage) => void): Promise<void> {
  return inFolder(folder => {
    const path = join(folder, 'store.db');
    const [db, reader] = [new Database(path), new Database(path)];
    setUpWriter(db);
    db.exec('CREATE TABLE filler (id INTEGER PRIMARY KEY, content TEXT)');
    db.pragma('wal_checkpoint(TRUNCATE)');
    const mover = openForMoving(path);
    const { counted, tries } = countTries(db);
    const write = db.prepare("INSERT OR REPLACE INTO filler VALUES (1, '')");
    use({
      log: new WriteAheadLog(counted, bounds),
      moving: new WriteAheadLog(mover, bounds),
      add: pages => {
        for (let page = 0; page < pages; page++) write.run();
      },
      pages: () => db.prepare<[], [number, number]>('PRAGMA wal_checkpoint(NOOP)').raw().get()![1],
      read: () => {
        reader.exec('BEGIN; SELECT * FROM filler');
        return () => reader.exec('COMMIT');
      },
      tries,
    });
    for (const each of [mover, reader, db]) each.close();
  });
}

/** The database, with each attempt to start the log again counted. */
function countTries(db: Database.Database): { counted: Database.Database; tries: () => number } {
  let tries = 0;
  const prepare = (source: string) => {
    const statement = db.prepare(source).raw();
    if (source.includes('RESTART')) {
      const get = statement.get.bind(statement);
      statement.get = () => {
        tries++;
        return get();
      };
    }
    return Object.assign(statement, { raw: () => statement });
  };
  const counted = { prepare, pragma: db.pragma.bind(db) } as unknown as Database.Database;
  return { counted, tries: () => tries };
}

const test = suite('write-ahead log');

test('what was added is moved beside the writer until no more than a rest is left', () =>
  onStage(({ moving, add }) => {
    add(4);
    moving.move();
    assert.is(moving.unmovedBytes, 4 * pageBytes);
    add(4);
    moving.move();
    assert.is(moving.unmovedBytes, 0);
  }));

test('a long log, of which little has not been moved, starts again from its beginning', () =>
  onStage(({ log, moving, add, pages, read, tries }) => {
    add(16);
    const endRead = read();
    add(3);
    moving.move();
    endRead();
    log.startAgain();
    assert.is(tries(), 0);
    add(1);
    log.startAgain();
    add(1);
    assert.is(tries(), 1);
    assert.is(pages(), 1);
  }));

test('the writer leaves what is long to the thread that moves it, until the log is at its bound', () =>
  onStage(({ log, add, pages, tries }) => {
    add(39);
    log.startAgain();
    assert.is(tries(), 0);
    add(1);
    log.startAgain();
    add(1);
    assert.is(tries(), 1);
    assert.is(pages(), 1);
  }));

test('a page that is being read lets the log grow, and is tried for again when there is more', () =>
  onStage(({ log, moving, add, pages, read, tries }) => {
    add(19);
    const endRead = read();
    add(1);
    moving.move();
    for (let answer = 0; answer < 3; answer++) log.startAgain();
    assert.is(tries(), 1);
    add(1);
    log.startAgain();
    assert.is(tries(), 1);
    add(1);
    log.startAgain();
    assert.is(tries(), 2);
    endRead();
    add(2);
    moving.move();
    log.startAgain();
    add(1);
    assert.is(tries(), 3);
    assert.is(pages(), 1);
  }));

test('a reader that stays is waited for once for each time that the log grows by its bound', () =>
  onStage(({ log, add, pages, read, tries }) => {
    const endRead = read();
    add(40);
    for (let answer = 0; answer < 3; answer++) log.startAgain();
    assert.is(tries(), 1);
    add(39);
    log.startAgain();
    assert.is(tries(), 1);
    endRead();
    add(1);
    log.startAgain();
    add(1);
    assert.is(tries(), 2);
    assert.is(pages(), 1);
  }));

test.run();
