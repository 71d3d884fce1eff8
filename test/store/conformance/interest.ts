import * as assert from 'uvu/assert';
import type { Store, SubscriptionRange } from '../../../src/store/store.js';
import { append, type Case, createSubscription, eachPriority, sweep } from './bench.js';

const everything = { afterId: 0, limit: 100 };

/** The pages of each place, as lists of ids. */
async function interested(store: Store, limit: number, ...places: [pattern: string, afterId: number][]) {
  const query = { places: places.map(([pattern, afterId]) => ({ pattern, afterId })), limit };
  const pages = await store.readInterests(query);
  return pages.map(({ rows, isLast }) => [rows.map(({ subId }) => subId), isLast]);
}

async function mailboxes(store: Store, range: SubscriptionRange): Promise<number[]> {
  return (await store.listMailboxes(range)).map(({ subId }) => subId);
}

async function bounded(store: Store, range: SubscriptionRange): Promise<number[]> {
  return (await store.listBounded(range)).map(({ subId }) => subId);
}

export const interestCases: Case[] = [
  {
    title: 'who is interested in a pattern is read by rising id, in pages, for several patterns at once',
    async run({ store }) {
      const some = Array.from({ length: 7 }, (_, i) =>
        createSubscription({ subKey: `k${i}`, patterns: i % 2 === 0 ? ['/a', '/**'] : ['/b'] }),
      );
      await store.commit([...some, { kind: 'delete_subscription', id: 3 }]);
      assert.equal(await interested(store, 2, ['/a', 0], ['/b', 2], ['/**', 5], ['/none', 0]), [
        [[1, 5], false],
        [[4, 6], true],
        [[7], true],
        [[], true],
      ]);
      assert.equal(await interested(store, 2, ['/a', 5]), [[[7], true]]);
    },
  },
  {
    title: 'interest comes with where it begins and ends, and with what its subscription has settled',
    async run(bench) {
      await bench.store.commit([
        append({}, {}),
        createSubscription({ endpointId: 4 }),
        { kind: 'update_subscription', id: 1, open: ['/b'] },
        { kind: 'settle', subId: 1, lanes: 'l' },
        append({}),
        { kind: 'update_subscription', id: 1, close: ['/a'] },
      ]);
      await bench.restart();
      const places = ['/a', '/b'].map(pattern => ({ pattern, afterId: 0 }));
      const row = { subId: 1, endpointId: 4, from: 2, createdAt: 2, lanes: 'l' };
      assert.equal(await bench.store.readInterests({ places, limit: 9 }), [
        { rows: [{ ...row, to: 3 }], isLast: true },
        { rows: [{ ...row, to: null }], isLast: true },
      ]);
    },
  },
  {
    title: 'a page of interest never parts the stretches of one subscription',
    async run({ store }) {
      const update = { kind: 'update_subscription', id: 1 } as const;
      await store.commit([createSubscription(), append({}), { ...update, close: ['/a'] }, append({})]);
      await store.commit([{ ...update, open: ['/a'] }, createSubscription({ subKey: 'other' })]);
      assert.equal(await interested(store, 1, ['/a', 0]), [[[1, 1], false]]);
      assert.equal(await interested(store, 1, ['/a', 1]), [[[2], true]]);
    },
  },
  {
    title: 'interest that was removed is not found any more',
    async run({ store }) {
      await store.commit([
        createSubscription({ patterns: ['/a', '/b'] }),
        { kind: 'update_subscription', id: 1, remove: ['/a'], open: ['/c'] },
      ]);
      assert.equal(await interested(store, 9, ['/a', 0], ['/b', 0], ['/c', 0]), [
        [[], true],
        [[1], true],
        [[1], true],
      ]);
    },
  },
  {
    title: 'tells at its start which patterns with stars there are, each once',
    async run(bench) {
      await bench.store.commit([
        createSubscription({ subKey: 'a', patterns: ['/x/*', '/a'] }),
        createSubscription({ subKey: 'b', patterns: ['/x/*', '/**'] }),
        createSubscription({ subKey: 'c', patterns: ['/gone/*'] }),
        { kind: 'delete_subscription', id: 3 },
      ]);
      assert.equal(bench.opened.widePatterns, []);
      await bench.restart();
      assert.equal(bench.opened.widePatterns, ['/**', '/x/*']);
    },
  },
  {
    title: 'tells where the lanes of a topic begin',
    async run({ store }) {
      await store.commit([createSubscription()]);
      await store.commit([
        append({ priority: 1, topicId: 2 }, {}, { priority: 9 }, {}, { priority: 2, subIds: [1] }),
        { kind: 'sweep_settled', topicId: 1, upto: eachPriority(2), limit: 10 },
      ]);
      const withHeads = (heads: Record<number, number>) =>
        eachPriority(Number.POSITIVE_INFINITY)
          .map((none, priority) => heads[priority] ?? none)
          .slice(1);
      const heads = await store.readHeads([1, 7, 2]);
      assert.equal(
        heads.map(each => each.slice(1)),
        [withHeads({ 5: 4, 9: 3 }), withHeads({}), withHeads({ 1: 1 })],
      );
    },
  },
  {
    title: 'lists who has something in the mailbox, in pages or among some, with what is settled',
    async run({ store }) {
      const some = Array.from({ length: 5 }, (_, i) => createSubscription({ subKey: `k${i}` }));
      await store.commit([...some, append({ subIds: [1, 2, 4] }, { subIds: [5] })]);
      await store.commit([
        { kind: 'settle', subId: 2, lanes: 'l' },
        { kind: 'delete_subscription', id: 4 },
      ]);
      assert.equal(await store.listMailboxes({ afterId: 1, limit: 1 }), [{ subId: 2, createdAt: 0, lanes: 'l' }]);
      assert.equal(await mailboxes(store, { afterId: 2, limit: 1 }), [5]);
      assert.equal(await mailboxes(store, { afterId: 5, limit: 1 }), []);
      assert.equal(await mailboxes(store, { ids: [5, 3, 1, 4, 77] }), [1, 5]);
      await sweep(store, { kind: 'sweep_mailbox', subId: 1, upto: eachPriority(9), limit: 10 });
      assert.equal(await mailboxes(store, everything), [2, 5]);
    },
  },
  {
    title: 'lists who has a max_depth, in pages or among some, with its patterns',
    async run({ store }) {
      const options = '{"max_depth":3}';
      await store.commit([
        createSubscription({ subKey: 'a', options, patterns: ['/b', '/a'] }),
        createSubscription({ subKey: 'b' }),
        createSubscription({ subKey: 'c', options, queueing: false }),
        createSubscription({ subKey: 'd', options }),
        { kind: 'update_subscription', id: 4, options: '{}' },
        { kind: 'update_subscription', id: 2, options },
      ]);
      assert.equal(await store.listBounded({ afterId: 0, limit: 2 }), [
        { subId: 1, patterns: ['/a', '/b'] },
        { subId: 2, patterns: ['/a'] },
      ]);
      assert.equal(await bounded(store, { afterId: 2, limit: 2 }), [3]);
      assert.equal(await bounded(store, { ids: [4, 3, 1] }), [1, 3]);
    },
  },
  {
    title: 'knows how many subscriptions an endpoint has, also after a restart',
    async run(bench) {
      await bench.store.commit([
        createSubscription({ subKey: 'a' }),
        createSubscription({ subKey: 'b' }),
        createSubscription({ subKey: 'c', endpointId: 2 }),
        { kind: 'delete_subscription', id: 1 },
        { kind: 'delete_subscription', id: 1 },
      ]);
      await bench.restart();
      assert.equal(await Promise.all([1, 2, 3].map(id => bench.store.countSubscriptionsOf(id))), [1, 1, 0]);
    },
  },
];
