import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { openSqliteStore } from '../../../src/store/sqlite.js';
import { StoreFull } from '../../../src/store/store.js';
import { append, commit, createSubscription, eachPriority, readPage, rejection, sweep } from '../conformance/bench.js';
import { inFolder } from './folder.js';

const test = suite('a full sqlite store');

const large = append(...new Array(10).fill({ body: 'x'.repeat(10_000) }));

test('refuses a commit whole, draws no position for it, reads on, and takes more when there is room again', () =>
  inFolder(async folder => {
    const store = openSqliteStore(join(folder, 'store.db'), { pagesMax: 100 });
    await store.open();
    let stored = 0;
    let error: unknown;
    for (; error === undefined; ) {
      try {
        stored = (await store.commit([large])).position;
      } catch (caught) {
        error = caught;
      }
    }
    assert.instance(error, StoreFull);
    assert.ok(stored >= 10);
    const both = store.commit([createSubscription(), large]);
    assert.instance(await rejection(both), StoreFull);
    assert.is(await store.loadSubscription({ id: 1 }), null);
    assert.is((await store.commit([])).position, stored);
    assert.is((await readPage(store)).rows.length, stored);

    assert.is(await sweep(store, { kind: 'sweep_settled', topicId: 1, upto: eachPriority(stored), limit: 10 }), stored);
    assert.equal(await commit(store, large), { first: stored + 1, refused: [] });
    await store.close();
  }));

test('refuses what was handed over before the failure was known, so that what is tried again keeps its order', () =>
  inFolder(async folder => {
    const store = openSqliteStore(join(folder, 'store.db'), { pagesMax: 100 });
    await store.open();
    const small = append({ body: 'a' });
    const tooMuch = store.commit(new Array(20).fill(large));
    const behind = store.commit([small]);
    assert.instance(await rejection(tooMuch), StoreFull);
    assert.instance(await rejection(behind), StoreFull);
    assert.equal(await commit(store, small), { first: 1, refused: [] });
    await store.close();
  }));

test.run();
