import * as assert from 'uvu/assert';
import type { UpdateSubscription } from '../../../src/store/store.js';
import { append, type Case, commit, createSubscription } from './bench.js';

const keeping = { kind: 'create_topic', name: '/a', options: '{}', keeps: true } as const;
const interestsOf = async ({ store }: Parameters<Case['run']>[0], subKey = 'zpsk1') => {
  const loaded = await store.loadSubscription({ subKey });
  return { createdAt: loaded!.row.createdAt, interests: loaded!.row.interests };
};

export const keptCases: Case[] = [
  {
    title: 'the first subscription to a topic that keeps begins where the topic began to keep, and no other does',
    async run(bench) {
      const { store } = bench;
      await store.commit([append({}), keeping, append({}, {})]);
      assert.equal(await commit(store, createSubscription({ patterns: ['/a', '/b'] })), {
        id: 1,
        position: 3,
        early: [{ pattern: '/a', from: 1 }],
      });
      const { createdAt, interests } = await interestsOf(bench);
      assert.is(createdAt, 1);
      assert.equal(interests.find(({ pattern }) => pattern === '/a')!.from, 1);
      assert.equal(interests.find(({ pattern }) => pattern === '/b')!.from, 3);
      assert.equal(await commit(store, createSubscription({ subKey: 'zpsk2' })), { id: 2, position: 3 });
    },
  },
  {
    title: 'one that is to begin earlier does, also if it queues nothing; one that would begin later begins now',
    async run(bench) {
      const { store } = bench;
      await store.commit([append({}), keeping, append({}, {})]);
      await commit(store, createSubscription({ patterns: ['/a', '/b'], from: 0 }));
      const early = await interestsOf(bench);
      assert.is(early.createdAt, 0);
      assert.equal(
        early.interests.map(({ from, to }) => [from, to]),
        [
          [0, null],
          [0, null],
        ],
      );
      await commit(store, createSubscription({ subKey: 'zpsk2', patterns: ['/c'], from: 2, queueing: false }));
      assert.equal(await interestsOf(bench, 'zpsk2'), { createdAt: 2, interests: [{ pattern: '/c', from: 2, to: 3 }] });
      await commit(store, createSubscription({ subKey: 'zpsk3', from: 9 }));
      assert.is((await interestsOf(bench, 'zpsk3')).createdAt, 3);
    },
  },
  {
    title: 'what a first one is kept is its own, wherever it is to begin',
    async run(bench) {
      const { store } = bench;
      await store.commit([append({}), keeping, append({}, {})]);
      await commit(store, createSubscription({ patterns: ['/a', '/b'], from: 2 }));
      const { createdAt, interests } = await interestsOf(bench);
      assert.is(createdAt, 1);
      assert.is(interests.find(({ pattern }) => pattern === '/a')!.from, 1);
      assert.is(interests.find(({ pattern }) => pattern === '/b')!.from, 2);
    },
  },
  {
    title: 'two that come in one commit are not both the first, and one that queues nothing is none',
    async run({ store }) {
      await store.commit([keeping, append({})]);
      const { results } = await store.commit([
        createSubscription({ subKey: 'zpsk1', queueing: false, patterns: ['/x'] }),
        createSubscription({ subKey: 'zpsk2' }),
        createSubscription({ subKey: 'zpsk3' }),
      ]);
      assert.equal(
        results.map(result => 'early' in result),
        [false, true, false],
      );
    },
  },
  {
    title: 'a pattern is no name: it starts now, and keeps nobody from being the first',
    async run({ store }) {
      await store.commit([keeping, append({})]);
      assert.equal(await commit(store, createSubscription({ patterns: ['/*'] })), { id: 1, position: 1 });
      const first = await commit(store, createSubscription({ subKey: 'zpsk2' }));
      assert.equal(first.early, [{ pattern: '/a', from: 0 }]);
    },
  },
  {
    title: 'a subscription that is not new is refused a topic that has kept something, and nothing changes',
    async run(bench) {
      const { store } = bench;
      await store.commit([createSubscription({ patterns: ['/b'] }), keeping]);
      await store.commit([append({})]);
      const update: UpdateSubscription = { kind: 'update_subscription', id: 1, open: ['/a'], options: '{"x":1}' };
      assert.equal(await commit(store, update), { id: 1, position: 1, kept: ['/a'] });
      assert.equal((await interestsOf(bench)).interests.length, 1);
      assert.is((await store.loadSubscription({ id: 1 }))!.row.options, '{}');
    },
  },
  {
    title: 'when the last one that names it leaves, the topic keeps from there on, also after a restart',
    async run(bench) {
      await bench.store.commit([keeping, createSubscription(), createSubscription({ subKey: 'zpsk2' }), append({})]);
      const gone = (id: number) => commit(bench.store, { kind: 'delete_subscription', id });
      assert.equal(await gone(1), { id: 1, position: 1 });
      assert.equal(await commit(bench.store, { kind: 'update_subscription', id: 2, remove: ['/a'] }), {
        id: 2,
        position: 1,
        left: ['/a'],
      });
      await bench.store.commit([append({})]);
      await bench.restart();
      assert.equal(
        bench.opened.topics.map(({ keptFrom }) => keptFrom),
        [1],
      );
      const next = await commit(bench.store, createSubscription({ subKey: 'zpsk3' }));
      assert.equal(next.early, [{ pattern: '/a', from: 1 }]);
      assert.equal(await gone(next.id), { id: next.id, position: 2, left: ['/a'] });
    },
  },
  {
    title: 'a topic begins to keep when it is told, goes on when it is told again, and stops',
    async run(bench) {
      await bench.store.commit([{ ...keeping, keeps: false }, append({})]);
      const update = (keeps?: boolean) =>
        commit(bench.store, { kind: 'update_topic', id: 1, options: '{}', ...(keeps === undefined ? {} : { keeps }) });
      const keptFrom = async () => {
        await bench.restart();
        return bench.opened.topics[0]!.keptFrom;
      };
      assert.is(await keptFrom(), null);
      await update(true);
      await bench.store.commit([append({})]);
      await update(true);
      await update();
      assert.is(await keptFrom(), 1);
      await update(false);
      assert.is(await keptFrom(), null);
    },
  },
];
