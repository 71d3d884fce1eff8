import { statSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { limits } from '../../../src/protocol/limits.js';
import { Counter } from '../../../src/store/sqlite/count.js';
import { TopicNames } from '../../../src/store/sqlite/topic-names.js';
import { openSqliteStore } from '../../../src/store/sqlite.js';
import type { Store } from '../../../src/store/store.js';
import { append, bodies, createSubscription, eachPriority, now, readAll, readPage } from '../conformance/bench.js';
import { inFolder } from './folder.js';

const test = suite('bounds of the sqlite store');

test('a walk looks at so many rows and ends early, without passing over the mailbox', () =>
  inFolder(async folder => {
    const store = openSqliteStore(join(folder, 'store.db'));
    await store.open();
    const foreign = append(...new Array(limits.walk_rows_max + 500).fill({ topicId: 1 }));
    await store.commit([
      createSubscription(),
      append({ body: 'early', subIds: [1] }),
      foreign,
      append({ topicId: 2, body: 'mine' }, { body: 'late', subIds: [1] }),
    ]);
    const { position: upto } = await store.commit([]);
    const topics = Array.from({ length: limits.merged_topics_max + 1 }, (_, i) => ({ topicId: i + 2, from: 0 }));
    const scope = { topics, mailbox: 1 };
    const page = await readPage(store, { scope, upto });
    assert.is(bodies(page.rows), 'early');
    assert.is(page.scanned[9], upto);
    assert.ok(page.scanned[5]! >= limits.walk_rows_max && page.scanned[5]! < upto);
    assert.is(page.scanned[4], 0);
    assert.is(bodies(await readAll(store, { scope, upto })), 'early mine late');
    await store.close();
  }));

test('a count ends its turn after so many rows, and is exact all the same', () =>
  inFolder(async folder => {
    const path = join(folder, 'store.db');
    const store = openSqliteStore(path);
    await store.open();
    await store.commit([createSubscription(), append(...new Array(25).fill({})), append({ expiresAt: now })]);
    await store.commit([append(...new Array(12).fill({ subIds: [1] }))]);
    const db = new Database(path, { readonly: true });
    const counting = new Counter(db, new TopicNames(db), 10).count({
      ranges: [{ topicId: 1, priority: 5, from: 0, to: 100 }],
      mailbox: { subId: 1, after: eachPriority(0), upto: 100 },
      now,
    });
    let turns = 0;
    let step = counting.next();
    for (; !step.done; step = counting.next()) turns++;
    assert.is(step.value, 25 + 12);
    assert.is(turns, 3);
    db.close();
    await store.close();
  }));

test('counts and pages that were asked for before the end are answered', () =>
  inFolder(async folder => {
    const store = openSqliteStore(join(folder, 'store.db'));
    await store.open();
    await store.commit([append(...new Array(limits.count_rows_step * 2).fill({ body: '' }))]);
    const range = { topicId: 1, priority: 5, from: 0, to: 1e9 };
    const counts = [1, 2].map(() => store.count({ ranges: [range], mailbox: null, now }));
    const page = readPage(store);
    await store.close();
    assert.equal(await Promise.all(counts), [limits.count_rows_step * 2, limits.count_rows_step * 2]);
    assert.is((await page).rows.length, 1_000);
  }));

/** Reads page after page, without a pause, until it is told to stop. */
async function readWithoutEnd(store: Store, isOver: () => boolean): Promise<number> {
  let pages = 0;
  for (; !isOver(); pages++) await readPage(store);
  return pages;
}

test('the write-ahead log stays bounded under commits without end, beside pages without end', () =>
  inFolder(async folder => {
    const path = join(folder, 'store.db');
    const store = openSqliteStore(path);
    await store.open();
    let isOver = false;
    const reading = readWithoutEnd(store, () => isOver);
    const commitBytes = 1024 * 1024;
    const large = append(...new Array(20).fill({ body: 'x'.repeat(commitBytes / 20) }));
    const writeAll = async (): Promise<void> => {
      for (let round = 0; round < 32; round++) await store.commit([large]);
    };
    await Promise.all([writeAll(), writeAll()]);
    isOver = true;
    assert.ok((await reading) > 0);
    // A log that starts again is written over from its beginning, so its size is the greatest that it ever had.
    assert.ok(statSync(`${path}-wal`).size < limits.wal_bytes_max + 4 * commitBytes);
    assert.ok(statSync(path).size > limits.wal_bytes_max);
    await store.close();
  }));

test.run();
