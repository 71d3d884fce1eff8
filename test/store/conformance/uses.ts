import * as assert from 'uvu/assert';
import type { NoteUses, Store, Uptime } from '../../../src/store/store.js';
import { type Case, commit, createSubscription } from './bench.js';

const up: Uptime = { ms: 5_000, notedSince: 7 };

function noteUses(uses: Record<number, number | null>, uptime = up): NoteUses {
  return { kind: 'note_uses', subIds: Object.keys(uses).map(Number), usedAt: Object.values(uses), uptime };
}

async function uses(store: Store, pattern: string, afterId = 0, limit = 10) {
  return (await store.listUses({ pattern, afterId, limit })).map(({ subId, usedAt }) => [subId, usedAt]);
}

export const useCases: Case[] = [
  {
    title: 'when subscriptions were used is noted, and read by the very pattern that they have, in pages',
    async run(bench) {
      const { store } = bench;
      await store.commit([
        createSubscription({ subKey: 'k1', patterns: ['/a', '/b'] }),
        createSubscription({ subKey: 'k2', patterns: ['/a'], usedAt: 77 }),
        createSubscription({ subKey: 'k3', patterns: ['/a'] }),
        createSubscription({ subKey: 'k4', patterns: ['/**'] }),
      ]);
      assert.equal(await uses(store, '/a'), [[1, 0], [2, 77], [3, 0]]); // biome-ignore format: a table
      await store.commit([noteUses({ 1: 4_000, 3: null, 4: 1 })]);
      assert.equal(await uses(store, '/a', 0, 2), [[1, 4_000], [2, 77]]); // biome-ignore format: a table
      assert.equal(await uses(store, '/a', 2, 2), [[3, null]]);
      await bench.crash();
      assert.equal(await uses(bench.store, '/b'), [[1, 4_000]]);
      assert.equal(await uses(bench.store, '/none'), []);
    },
  },
  {
    title: 'a subscription that has several stretches of a pattern is listed once',
    async run({ store }) {
      await store.commit([
        createSubscription({ subKey: 'k1', patterns: ['/a'] }),
        { kind: 'append', topicIds: [1], priorities: [5], expiresAt: [9e12], bodies: ['x'], named: [], addressed: [] },
        { kind: 'update_subscription', id: 1, close: ['/a'] },
        { kind: 'append', topicIds: [1], priorities: [5], expiresAt: [9e12], bodies: ['x'], named: [], addressed: [] },
        { kind: 'update_subscription', id: 1, open: ['/a'] },
      ]);
      assert.is((await store.loadSubscription({ id: 1 }))!.row.interests.length, 2);
      assert.equal(await uses(store, '/a'), [[1, 0]]);
    },
  },
  {
    title: 'how long brokers have been up comes back, and what is gone is passed over',
    async run(bench) {
      assert.equal(bench.opened.uptime, { ms: 0, notedSince: null });
      await bench.store.commit([createSubscription({ patterns: ['/a'] })]);
      assert.equal(await commit(bench.store, noteUses({ 1: 5, 9: 6 })), { noted: 1 });
      await bench.store.commit([{ kind: 'delete_subscription', id: 1 }]);
      assert.equal(await commit(bench.store, noteUses({ 1: 5 }, { ms: 6_000, notedSince: null })), { noted: 0 });
      assert.equal(await uses(bench.store, '/a'), []);
      await bench.restart();
      assert.equal(bench.opened.uptime, { ms: 6_000, notedSince: null });
    },
  },
];
