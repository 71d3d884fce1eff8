import * as assert from 'uvu/assert';
import type { CountQuery, Store, StretchRow } from '../../../src/store/store.js';
import { append, type Case, createSubscription, eachPriority, now, sweep, sweepExpired } from './bench.js';

function count(store: Store, ranges: CountQuery['ranges'], mailbox: CountQuery['mailbox'] = null): Promise<number> {
  return store.count({ ranges, mailbox, now });
}

const range = (topicId: number, from: number, to: number, priority = 5) => ({ topicId, priority, from, to });

export const countCases: Case[] = [
  {
    title: 'counts messages of ranges, after `from` up to and including `to`',
    async run({ store }) {
      await store.commit([append({}, { topicId: 2 }, { priority: 9 }, {}, {}, { topicId: 2 })]);
      assert.is(await count(store, []), 0);
      assert.is(await count(store, [range(1, 0, 6)]), 3);
      assert.is(await count(store, [range(1, 1, 4)]), 1);
      assert.is(await count(store, [range(1, 0, 6), range(1, 0, 6, 9), range(2, 2, 6), range(3, 0, 6)]), 5);
    },
  },
  {
    title: 'does not count what has expired, swept or not',
    async run({ store }) {
      await store.commit([append({ expiresAt: now }, { expiresAt: now + 1 }, {}, { expiresAt: now - 1 })]);
      assert.is(await count(store, [range(1, 0, 4)]), 2);
      await sweep(store, sweepExpired(now));
      assert.is(await count(store, [range(1, 0, 4)]), 2);
    },
  },
  {
    title: 'counts the messages of a mailbox, which are in no lane',
    async run({ store }) {
      const mine = { subIds: [1] };
      await store.commit([
        createSubscription(),
        append(mine, { ...mine, priority: 9 }, {}, { ...mine, expiresAt: now }, mine, mine),
      ]);
      assert.is(await count(store, [range(1, 0, 6)]), 1);
      assert.is(await count(store, [], { subId: 1, after: eachPriority(0), upto: 6 }), 4);
      assert.is(await count(store, [], { subId: 1, after: [0, 0, 0, 0, 0, 1, 0, 0, 0, 2], upto: 5 }), 1);
      assert.is(await count(store, [range(1, 0, 6)], { subId: 2, after: eachPriority(0), upto: 6 }), 1);
    },
  },
  {
    title: 'counts what a view sees in gaps of priorities, and lives, in lanes',
    async run({ store }) {
      await store.commit(['/a', '/b'].map(name => ({ kind: 'create_topic', name, options: '{}' })));
      await store.commit([
        createSubscription(),
        append(
          {},
          { topicId: 2 },
          { priority: 9 },
          { priority: 9, topicId: 2 },
          { priority: 9, expiresAt: now },
          { expiresAt: now },
          { subIds: [1] },
          {},
          {},
        ),
      ]);
      const gap = (priority: number, from: number, to: number) => ({ priority, from, to });
      const wide = (stretches: StretchRow[][], ...gaps: ReturnType<typeof gap>[]) =>
        store.count({ ranges: [], wide: { view: stretches, gaps }, mailbox: null, now });
      const all = { pattern: '/**', from: 0, to: null };
      assert.is(await wide([[all]], gap(5, 0, 9)), 4);
      assert.is(await wide([[all]], gap(9, 0, 9)), 2);
      assert.is(await wide([[all]], gap(5, 1, 8), gap(9, 3, 4)), 3);
      assert.is(await wide([[{ ...all, pattern: '/a' }], [all]], gap(5, 0, 9), gap(9, 0, 9)), 4);
      assert.is(await wide([[all], [{ pattern: '/*', from: 1, to: 8 }]], gap(5, 0, 9)), 2);
      assert.is(await wide([[all], []], gap(5, 0, 9)), 0);
    },
  },
];
