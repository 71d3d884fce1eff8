import { statSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { limits } from '../../../src/protocol/limits.js';
import { PositionCounter } from '../../../src/store/positions.js';
import { LetterTable } from '../../../src/store/sqlite/letter-table.js';
import { MessageTable } from '../../../src/store/sqlite/message-table.js';
import { migrate } from '../../../src/store/sqlite/migrate.js';
import { migrations } from '../../../src/store/sqlite/schema.js';
import { Sweeper } from '../../../src/store/sqlite/sweeper.js';
import { Transactions } from '../../../src/store/sqlite/transactions.js';
import type { Swept } from '../../../src/store/store.js';
import { append, eachPriority, now } from '../conformance/bench.js';
import { inFolder } from './folder.js';

const sweeper = suite('sqlite sweeper');
const rows = 1_000;
const settled = { kind: 'sweep_settled', topicId: 1, upto: eachPriority(rows), limit: rows } as const;

/** A log of messages that have all expired, and a sweeper for which each look at the clock takes as long. */
function sweeperOf(msPerLook: number): Sweeper {
  const db = new Database(':memory:');
  migrate(db, migrations);
  const messages = new MessageTable(db, new PositionCounter(0, 10 * rows));
  messages.append(append(...Array.from({ length: rows }, () => ({ expiresAt: now - 60_000 }))));
  let ms = 0;
  const made = new Sweeper(db, messages, new LetterTable(db, messages), () => {
    ms += msPerLook;
    return ms;
  });
  made.begin();
  return made;
}

sweeper('takes all that it was asked for if there is time', () => {
  assert.equal(sweeperOf(0).settled(settled), { removed: rows, more: true });
});

/** Goes on where it was the last time, as whoever asks for a range does. */
function rangeOf(one: Sweeper) {
  const after = reached.get(one) ?? 0;
  const upto = [...eachPriority(rows), ...eachPriority(rows)];
  const swept = one.range({ topicIds: [1, 2], upto, after, limit: rows });
  reached.set(one, swept.reached);
  return swept;
}

const reached = new WeakMap<Sweeper, number>();

for (const [what, sweep] of [
  ['is settled', (one: Sweeper) => one.settled(settled)],
  ['is settled, of several topics', (one: Sweeper) => rangeOf(one)],
  ['has expired', (one: Sweeper) => one.expired({ kind: 'sweep_expired', now, limit: rows })],
] as const) {
  sweeper(`leaves the rest of what ${what} to the next commit when the time of this one is over`, () => {
    const one = sweeperOf(limits.sweep_commit_ms_max / 2);
    let removed = 0;
    let commits = 0;
    for (let isMore = true; isMore; commits += 1) {
      one.begin();
      const swept = sweep(one);
      assert.ok(swept.removed < rows / 2, 'not all at once');
      assert.ok(swept.removed > 0 || !swept.more, 'but some each time');
      removed += swept.removed;
      isMore = swept.more;
    }
    assert.is(removed, rows);
    assert.ok(commits > 2);
  });
}

/** Bytes of the write-ahead log after 1,000 messages of 20 topics by turns have gone in commits of some each. */
function logBytes(path: string, sweepOf: (commit: number) => Parameters<Transactions['commit']>[0]): number {
  const db = new Database(path);
  db.pragma('journal_mode = WAL');
  db.pragma('wal_autocheckpoint = 0');
  migrate(db, migrations);
  const transactions = new Transactions(db, new PositionCounter(0, 10 * rows));
  const body = 'x'.repeat(200);
  transactions.commit([append(...Array.from({ length: rows }, (_, index) => ({ topicId: 1 + (index % 20), body })))]);
  const before = statSync(`${path}-wal`).size;
  let removed = 0;
  for (let commit = 0; removed < rows; commit += 1) {
    const { results } = transactions.commit(sweepOf(commit));
    removed += (results[0] as Swept).removed;
  }
  const bytes = statSync(`${path}-wal`).size - before;
  db.close();
  return bytes;
}

sweeper('a range touches the pages of the log once, and topics one after another touch them again and again', () =>
  inFolder(async folder => {
    const topicIds = Array.from({ length: 20 }, (_, index) => 1 + index);
    const upto = topicIds.flatMap(() => eachPriority(rows));
    const ranged = logBytes(join(folder, 'ranged.db'), commit => [
      { kind: 'sweep_range', topicIds, upto, after: (commit * 100) % rows, limit: 100 },
    ]);
    const byTopic = logBytes(join(folder, 'by-topic.db'), commit => [
      { kind: 'sweep_settled', topicId: topicIds[commit % topicIds.length]!, upto: eachPriority(rows), limit: 50 },
    ]);
    assert.ok(ranged * 3 < byTopic, `${ranged} bytes, and ${byTopic}`);
  }),
);

sweeper('all sweeps of a commit share its time', () => {
  const one = sweeperOf(limits.sweep_commit_ms_max / 2);
  assert.ok(one.settled(settled).removed > 0);
  assert.equal(one.settled(settled), { removed: 0, more: true });
  assert.equal(one.mailbox({ subId: 1, upto: eachPriority(rows), limit: rows }), { removed: 0, more: true });
  one.begin();
  assert.ok(one.settled(settled).removed > 0);
});

sweeper.run();
