import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { openSqliteStore } from '../../../src/store/sqlite.js';
import { StoreFailed } from '../../../src/store/store.js';
import { append, commit, createSubscription, readPage, rejection } from '../conformance/bench.js';
import { inFolder } from './folder.js';

const test = suite('a sqlite store that breaks');

test('fails every call after an error of the disk, and can still be closed', () =>
  inFolder(async folder => {
    const path = join(folder, 'store.db');
    const store = openSqliteStore(path);
    await store.open();
    await store.commit([append({})]);
    for (const file of [path, `${path}-wal`])
      writeFileSync(file, Buffer.alloc(statSync(file).size, 0x5a), { flag: 'r+' });
    const first = await rejection(readPage(store));
    assert.instance(first, StoreFailed);
    assert.match((first as StoreFailed).message, /SQLITE_CORRUPT|SQLITE_NOTADB/);
    for (const call of [() => store.commit([append({})]), () => store.findNamed('zpsm1'), () => store.size()]) {
      assert.is(await rejection(call()), first);
    }
    await store.close();
  }));

test('stores nothing of a commit in which an operation fails', () =>
  inFolder(async folder => {
    const path = join(folder, 'store.db');
    const store = openSqliteStore(path);
    await store.open();
    await store.commit([createSubscription()]);
    assert.instance(await rejection(store.commit([append({}), createSubscription()])), StoreFailed);
    await store.close();
    const again = openSqliteStore(path);
    await again.open();
    assert.equal((await readPage(again)).rows, []);
    assert.equal((await commit(again, append({}))).refused, []);
    await again.close();
  }));

test('refuses calls before it is open and after it is closed', () =>
  inFolder(async folder => {
    const store = openSqliteStore(join(folder, 'store.db'));
    assert.instance(await rejection(store.commit([])), StoreFailed);
    await store.open();
    await store.close();
    assert.instance(await rejection(store.commit([])), StoreFailed);
    assert.instance(await rejection(readPage(store)), StoreFailed);
    await store.close();
  }));

test.run();
