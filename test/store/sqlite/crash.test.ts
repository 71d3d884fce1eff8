import { fork } from 'node:child_process';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { openSqliteStore } from '../../../src/store/sqlite.js';
import type { MessageRow } from '../../../src/store/store.js';
import { append, commit, inTopics, readPage } from '../conformance/bench.js';
import { inFolder } from './folder.js';

/** Runs the child until it has told of `commits` answers, kills it, and answers the last position that it told. */
function kill9After(commits: number, path: string): Promise<number> {
  const child = fork(new URL('./committing-child.js', import.meta.url), [path]);
  let told = 0;
  let last = 0;
  child.on('message', position => {
    last = position as number;
    if (++told === commits) child.kill('SIGKILL');
  });
  return new Promise((resolve, reject) => {
    child.on('exit', (_code, signal) =>
      signal === 'SIGKILL' ? resolve(last) : reject(new Error('It ended by itself.')),
    );
  });
}

/** What is wrong with the rows that are there, if positions up to `answered` were answered in commits of two. */
function flaw(rows: MessageRow[], answered: number): string | null {
  const sorted = rows.toSorted((a, b) => a.position - b.position);
  if (sorted.length % 2 !== 0) return 'half a commit';
  if (sorted.filter(({ position }) => position <= answered).length !== answered) return 'an answered commit is missing';
  const isTorn = sorted.some(({ position, body }) => body !== (position % 2 === 1 ? 'first' : 'second'));
  return isTorn ? 'a commit is torn' : null;
}

const test = suite('sqlite store after kill -9');

test('has every commit that was answered, no half of any, and gives no position out again (invariant 1)', () =>
  inFolder(async folder => {
    const path = join(folder, 'store.db');
    const answered = await kill9After(200, path);
    const store = openSqliteStore(path);
    const { position } = await store.open();
    const { rows } = await readPage(store, { scope: inTopics(1, 2), limit: 10_000 });
    assert.is(flaw(rows, answered), null);
    const highest = Math.max(...rows.map(row => row.position));
    assert.ok(position >= highest);
    assert.ok((await commit(store, append({}))).first > highest);
    await store.close();
  }));

test('the check finds a lost, a torn and a half commit', () => {
  const row = (position: number, body: string): MessageRow => {
    return { position, body, topicId: 1, priority: 5, expiresAt: 1, msgId: null, isAddressed: false };
  };
  const pair = (position: number): MessageRow[] => [row(position, 'first'), row(position + 1, 'second')];
  assert.is(flaw([...pair(1), ...pair(3)], 4), null);
  assert.is(flaw([...pair(1), ...pair(3)], 2), null);
  assert.is(flaw(pair(1), 4), 'an answered commit is missing');
  assert.is(flaw([...pair(1), row(3, 'first')], 2), 'half a commit');
  assert.is(flaw([row(1, 'first'), row(2, 'first')], 2), 'a commit is torn');
});

test.run();
