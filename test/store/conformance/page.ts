import * as assert from 'uvu/assert';
import type { StretchRow } from '../../../src/store/store.js';
import {
  append,
  bodies,
  type Case,
  createSubscription,
  type Draft,
  eachPriority,
  inTopics,
  later,
  now,
  positions,
  readAll,
  readPage,
} from './bench.js';

/** Positions 1 to 9: two topics, three priorities. */
const mixed: Draft[] = [
  { topicId: 1, priority: 5, body: '1' },
  { topicId: 2, priority: 9, body: '2' },
  { topicId: 1, priority: 1, body: '3' },
  { topicId: 2, priority: 5, body: '4' },
  { topicId: 1, priority: 9, body: '5' },
  { topicId: 3, priority: 9, body: 'other' },
  { topicId: 1, priority: 5, body: '7' },
  { topicId: 2, priority: 1, body: '8' },
  { topicId: 1, priority: 9, body: '9' },
];

export const pageCases: Case[] = [
  {
    title: 'pages come with priority falling, then position rising, merged over topics (invariant 3)',
    async run({ store }) {
      await store.commit([append(...mixed)]);
      const page = await readPage(store, { scope: inTopics(1, 2), upto: 9 });
      assert.is(bodies(page.rows), '2 5 9 1 4 7 3 8');
      assert.equal(page.scanned, eachPriority(9));
    },
  },
  {
    title: 'a page holds nothing up to `after` of its priority, nor past `upto`',
    async run({ store }) {
      await store.commit([append(...mixed)]);
      const after = [0, 3, 0, 0, 0, 1, 0, 0, 0, 5];
      const page = await readPage(store, { scope: inTopics(1, 2), after, upto: 8 });
      assert.is(bodies(page.rows), '4 7 8');
      assert.equal(page.scanned, eachPriority(8));
    },
  },
  {
    title: 'a priority whose `after` is at `upto` or above is passed over and stays as it is',
    async run({ store }) {
      await store.commit([append(...mixed)]);
      const page = await readPage(store, { scope: inTopics(1, 2), after: [0, 9, 9, 9, 9, 0, 9, 9, 9, 12], upto: 9 });
      assert.is(bodies(page.rows), '1 4 7');
      assert.equal(page.scanned, [0, 9, 9, 9, 9, 9, 9, 9, 9, 12]);
    },
  },
  {
    title: 'a topic of a scope starts after its own position',
    async run({ store }) {
      await store.commit([append(...mixed)]);
      const topics = [
        { topicId: 1, from: 5 },
        { topicId: 2, from: 2 },
      ];
      const page = await readPage(store, { scope: { topics, mailbox: null } });
      assert.is(bodies(page.rows), '9 4 7 8');
    },
  },
  {
    title: 'a scope may be a view: stretches of patterns of which a message needs one in each list',
    async run({ store }) {
      const topics = ['/a/1', '/a/2', '/b/1'].map(name => ({ kind: 'create_topic', name, options: '{}' }) as const);
      await store.commit([...topics, append(...mixed)]);
      const seen = async (...view: StretchRow[][]) =>
        bodies(await readAll(store, { scope: { topics: [], view, mailbox: null }, upto: 12 }));
      const all = { pattern: '/**', from: 0, to: null };
      assert.is(await seen([all], [all]), '2 5 other 9 1 4 7 3 8');
      assert.is(await seen([all], [{ ...all, pattern: '/a/*' }]), '2 5 9 1 4 7 3 8');
      assert.is(await seen([{ ...all, pattern: '/*/1' }], [{ ...all, pattern: '/a/**' }]), '5 9 1 7 3');
      assert.is(await seen([{ ...all, from: 3 }], [{ ...all, to: 7 }]), '5 other 4 7');
      const twice = [
        { ...all, to: 2 },
        { pattern: '/a/1', from: 6, to: null },
      ];
      assert.is(await seen(twice, [all]), '2 9 1 7');
      assert.is(await seen([all], []), '');
    },
  },
  {
    title: 'a page ends at its limit, and says for each priority how far it came',
    async run({ store }) {
      await store.commit([append(...mixed)]);
      const page = await readPage(store, { scope: inTopics(1, 2), upto: 9, limit: 5 });
      assert.is(bodies(page.rows), '2 5 9 1 4');
      assert.equal(page.scanned, [0, 0, 0, 0, 0, 4, 9, 9, 9, 9]);
      const rest = await readPage(store, { scope: inTopics(1, 2), upto: 9, after: page.scanned });
      assert.is(bodies(rest.rows), '7 3 8');
    },
  },
  {
    title: 'pages of any size put together are the whole',
    async run({ store }) {
      await store.commit([append(...mixed)]);
      for (const limit of [1, 2, 3, 4, 7, 8, 9]) {
        assert.is(bodies(await readAll(store, { scope: inTopics(1, 2), upto: 9, limit })), '2 5 9 1 4 7 3 8');
      }
    },
  },
  {
    title: 'a page ends with the row at which it has its bytes, and has one row at least',
    async run({ store }) {
      await store.commit([append({ body: 'ééé' }, { body: 'bbb' }, { body: 'ccc' })]);
      assert.is((await readPage(store, { limitBytes: 1 })).rows.length, 1);
      assert.is((await readPage(store, { limitBytes: 6 })).rows.length, 1);
      assert.is((await readPage(store, { limitBytes: 7 })).rows.length, 2);
      const page = await readPage(store, { limitBytes: 9, upto: 3 });
      assert.is(page.rows.length, 2);
      assert.is(page.scanned[5], 2);
    },
  },
  {
    title: 'a message that has expired comes with an empty body (invariant 4)',
    async run({ store }) {
      const at = (expiresAt: number, body: string): Draft => ({ expiresAt, body });
      await store.commit([append(at(now - 1, 'gone'), at(now, 'just gone'), at(now + 1, 'alive'))]);
      const { rows } = await readPage(store);
      assert.equal(positions(rows), [1, 2, 3]);
      assert.equal(
        rows.map(row => row.body),
        ['', '', 'alive'],
      );
    },
  },
  {
    title: 'a scope without topics gives an empty page that is complete',
    async run({ store }) {
      await store.commit([append(...mixed)]);
      const page = await readPage(store, { scope: inTopics(), upto: 9 });
      assert.equal(page, { rows: [], scanned: eachPriority(9) });
    },
  },
  {
    title: 'addressed messages are seen by their subscriptions only, merged into the lanes',
    async run({ store }) {
      const twoSubscriptions = [createSubscription(), createSubscription({ subKey: 'zpsk2' })];
      await store.commit([
        ...twoSubscriptions,
        append({ body: 'a' }, { body: 'to 1', subIds: [1] }, { body: 'b' }, { body: 'to both', subIds: [1, 2] }),
        append({ body: 'high to 2', priority: 9, topicId: 4, subIds: [2] }),
      ]);
      const seen = async (mailbox: number | null): Promise<string> =>
        bodies((await readPage(store, { scope: { ...inTopics(1), mailbox } })).rows);
      assert.is(await seen(null), 'a b');
      assert.is(await seen(1), 'a to 1 b to both');
      assert.is(await seen(2), 'high to 2 a b to both');
      assert.is(await seen(3), 'a b');
      const { rows } = await readPage(store, { scope: { topics: [], mailbox: 2 } });
      assert.equal(
        rows.map(row => [row.topicId, row.isAddressed]),
        [
          [4, true],
          [1, true],
        ],
      );
      const addressedToNobody = await readPage(store, { scope: { topics: [], mailbox: 2 }, after: eachPriority(4) });
      assert.is(bodies(addressedToNobody.rows), 'high to 2');
    },
  },
  {
    title: 'a message for a subscription that is gone is seen by nobody',
    async run({ store }) {
      await store.commit([append({ body: 'late', subIds: [1] }), createSubscription()]);
      assert.equal((await readPage(store, { scope: { ...inTopics(1), mailbox: 1 } })).rows, []);
    },
  },
  {
    title: 'a wide scope is walked to the same result, each topic from its own position',
    async run({ store }) {
      const drafts = Array.from({ length: 400 }, (_, index) => ({
        topicId: 1 + (index % 100),
        priority: index % 3 === 0 ? 1 + (index % 9) : 5,
        body: `${index + 1}`,
      }));
      await store.commit([createSubscription(), append(...drafts, { body: 'mine', priority: 5, subIds: [1] })]);
      const topics = Array.from({ length: 80 }, (_, index) => ({ topicId: 1 + index, from: index === 3 ? 200 : 0 }));
      const expected = drafts
        .map((draft, index) => ({ ...draft, position: index + 1 }))
        .filter(({ topicId, position }) => topicId <= 80 && (topicId !== 4 || position > 200))
        .map(({ position, priority }) => ({ position, priority }))
        .concat({ position: 401, priority: 5 })
        .sort((a, b) => b.priority - a.priority || a.position - b.position);
      for (const limit of [1_000, 7, 50]) {
        const rows = await readAll(store, { scope: { topics, mailbox: 1 }, upto: 401, limit });
        assert.equal(
          rows.map(({ position, priority }) => ({ position, priority })),
          expected,
        );
      }
    },
  },
  {
    title: 'reads see every commit that was answered, and commits go on beside reads',
    async run({ store }) {
      for (let round = 1; round <= 20; round++) {
        const reading = readPage(store, { upto: 1e9 });
        await store.commit([append({ expiresAt: later })]);
        assert.ok((await reading).rows.length >= round - 1);
        assert.is((await readPage(store)).rows.length, round);
      }
    },
  },
];
