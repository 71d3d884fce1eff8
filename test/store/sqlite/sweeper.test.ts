import Database from 'better-sqlite3';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { limits } from '../../../src/protocol/limits.js';
import { PositionCounter } from '../../../src/store/positions.js';
import { MessageTable } from '../../../src/store/sqlite/message-table.js';
import { migrate } from '../../../src/store/sqlite/migrate.js';
import { migrations } from '../../../src/store/sqlite/schema.js';
import { Sweeper } from '../../../src/store/sqlite/sweeper.js';
import { append, eachPriority, now } from '../conformance/bench.js';

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
  const made = new Sweeper(db, messages, () => {
    ms += msPerLook;
    return ms;
  });
  made.begin();
  return made;
}

sweeper('takes all that it was asked for if there is time', () => {
  assert.equal(sweeperOf(0).settled(settled), { removed: rows, more: true });
});

for (const [what, sweep] of [
  ['is settled', (one: Sweeper) => one.settled(settled)],
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

sweeper('all sweeps of a commit share its time', () => {
  const one = sweeperOf(limits.sweep_commit_ms_max / 2);
  assert.ok(one.settled(settled).removed > 0);
  assert.equal(one.settled(settled), { removed: 0, more: true });
  assert.equal(one.mailbox({ subId: 1, upto: eachPriority(rows), limit: rows }), { removed: 0, more: true });
  one.begin();
  assert.ok(one.settled(settled).removed > 0);
});

sweeper.run();
