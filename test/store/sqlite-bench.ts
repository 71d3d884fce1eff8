import { copyFileSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { openSqliteStore } from '../../src/store/sqlite.js';
import type { Bench } from './conformance/bench.js';
import { temporaryFolder } from './sqlite/folder.js';

export async function sqliteBench(): Promise<Bench> {
  const folder = temporaryFolder();
  let path = join(folder, 'store.db');
  let crashes = 0;
  const store = openSqliteStore(path);
  const bench: Bench = {
    store,
    opened: await store.open(),
    async restart() {
      await bench.store.close();
      await openAgain();
    },
    /** What a killed process leaves behind are the files as they are. */
    async crash() {
      const copy = join(folder, `crashed-${++crashes}.db`);
      for (const suffix of ['', '-wal']) {
        if (existsSync(path + suffix)) copyFileSync(path + suffix, copy + suffix);
      }
      await bench.store.close();
      path = copy;
      await openAgain();
    },
    async end() {
      await bench.store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  async function openAgain(): Promise<void> {
    bench.store = openSqliteStore(path);
    bench.opened = await bench.store.open();
  }
  return bench;
}
