import * as assert from 'uvu/assert';
import type { Operation, Store } from '../../../src/store/store.js';
import {
  append,
  bodies,
  type Case,
  commit,
  createSubscription,
  eachPriority,
  later,
  never,
  now,
  overlayRow,
  positions,
  readPage,
  sweep,
  sweepExpired,
} from './bench.js';

const settled = (upto: number[], limit = 1_000) => ({ kind: 'sweep_settled', topicId: 1, upto, limit }) as const;

const fromMailbox = (upto: number[], subId = 1) => ({ kind: 'sweep_mailbox', subId, upto, limit: 1_000 }) as const;

async function present(store: Store): Promise<number[]> {
  return positions(await store.readMessages(Array.from({ length: 50 }, (_, index) => index + 1)));
}

async function hold(store: Store, subId: number, position: number, expiresAt = later): Promise<void> {
  await store.commit([{ kind: 'settle', subId, overlayPut: [overlayRow(position, { expiresAt })] }]);
}

export const sweepCases: Case[] = [
  {
    title: 'sweeping removes what has expired, and nothing before its time (invariant 4)',
    async run({ store }) {
      await store.commit([append({ expiresAt: now - 1 }, { expiresAt: now + 1 }, { expiresAt: now }, {})]);
      assert.equal(await commit(store, sweepExpired(now)), { removed: 2, more: false });
      assert.equal(await present(store), [2, 4]);
      assert.equal(positions((await readPage(store)).rows), [2, 4]);
    },
  },
  {
    title: 'sweeping a range removes what several topics can spare, in the order of positions',
    async run({ store }) {
      const topicIds = [1, 2, 3, 1, 2, 3, 1, 2, 3];
      await store.commit([createSubscription(), append(...topicIds.map(topicId => ({ topicId })), { subIds: [1] })]);
      await hold(store, 1, 4);
      const upto = [...eachPriority(7), ...eachPriority(5)];
      const range = (after: number, limit: number): Operation => ({
        kind: 'sweep_range',
        topicIds: [1, 2],
        upto,
        after,
        limit,
      });
      assert.equal(await commit(store, range(0, 3)), { removed: 2, more: true, looked: 3, reached: 3 });
      assert.equal(await present(store), [3, 4, 5, 6, 7, 8, 9, 10]);
      assert.equal(await commit(store, range(3, 9)), { removed: 2, more: false, looked: 4, reached: 7 });
      assert.equal(await present(store), [3, 4, 6, 8, 9, 10]);
      assert.equal(bodies((await readPage(store)).rows), '', 'what the overlay refers to is in no lane');
      assert.equal(await commit(store, range(7, 9)), { removed: 0, more: false, looked: 0, reached: 7 });
    },
  },
  {
    title: 'sweeping goes in steps of its limit, oldest expiry first',
    async run({ store }) {
      const hours = [5, 1, 4, 2, 3];
      await store.commit([append(...hours.map(hour => ({ expiresAt: now + hour * 3_600_000 })))]);
      const end = now + 6 * 3_600_000;
      assert.equal(await commit(store, sweepExpired(end, 2)), { removed: 2, more: true });
      assert.equal(await present(store), [1, 3, 5]);
      assert.is(await sweep(store, sweepExpired(end, 2)), 3);
    },
  },
  {
    title: 'a sweep comes to its end although the current step holds more that has not expired than its limit',
    async run({ store }) {
      const minute = Math.ceil(now / 60_000) * 60_000;
      const drafts = Array.from({ length: 20 }, (_, i) => ({ expiresAt: minute + (i % 2 === 0 ? 50_000 : 10_000) }));
      await store.commit([append(...drafts)]);
      await sweep(store, sweepExpired(minute + 20_000, 4));
      assert.is((await readPage(store, { now: minute + 20_000 })).rows.filter(({ body }) => body !== '').length, 10);
      await sweep(store, sweepExpired(minute + 60_000, 4));
      assert.equal(await present(store), []);
    },
  },
  {
    title: 'a message that an overlay row lets live longer leaves the lanes when it expires, and goes with the row',
    async run({ store }) {
      await store.commit([createSubscription(), append({ expiresAt: now, body: 'a' }, { expiresAt: now, body: 'b' })]);
      await hold(store, 1, 1, later);
      await hold(store, 1, 2, now);
      assert.is(await sweep(store, sweepExpired(now)), 1);
      assert.equal((await readPage(store)).rows, []);
      assert.is(bodies(await store.readMessages([1, 2])), 'a');
      await store.commit([{ kind: 'settle', subId: 1, overlayDelete: [1] }]);
      assert.equal(await present(store), []);
    },
  },
  {
    title: 'a message that an overlay row lets live longer goes when that time is over, too',
    async run({ store }) {
      await store.commit([createSubscription(), append({ expiresAt: now })]);
      await hold(store, 1, 1, later);
      assert.is(await sweep(store, sweepExpired(now)), 0);
      assert.is(await sweep(store, sweepExpired(later - 1)), 0);
      assert.equal(await present(store), [1]);
      assert.is(await sweep(store, sweepExpired(later)), 1);
      assert.equal(await present(store), []);
    },
  },
  {
    title: 'sweeping what is settled removes a topic up to a position in each priority',
    async run({ store }) {
      const drafts = [
        { priority: 1 },
        { priority: 5 },
        { priority: 1 },
        { priority: 5 },
        { topicId: 2 },
        { priority: 9 },
      ];
      await store.commit([append(...drafts)]);
      const upto = [0, 1, 0, 0, 0, 9, 0, 0, 0, 0];
      assert.equal(await commit(store, settled(upto)), { removed: 3, more: false });
      assert.equal(await present(store), [3, 5, 6]);
    },
  },
  {
    title: 'sweeping what is settled goes in steps of its limit',
    async run({ store }) {
      await store.commit([append({}, {}, {}, {}, {})]);
      assert.equal(await commit(store, settled(eachPriority(4), 3)), { removed: 3, more: true });
      assert.equal(await commit(store, settled(eachPriority(4), 3)), { removed: 1, more: false });
      assert.equal(await present(store), [5]);
    },
  },
  {
    title: 'a settled message stays readable for the overlay rows that refer to it, and goes with the last',
    async run({ store }) {
      await store.commit([createSubscription(), createSubscription({ subKey: 'zpsk2' }), append({}, {})]);
      await hold(store, 1, 1);
      await hold(store, 2, 1, now);
      assert.is(await sweep(store, settled(eachPriority(2), 1)), 1);
      assert.equal((await readPage(store)).rows, []);
      assert.equal(await present(store), [1]);
      await store.commit([{ kind: 'update_subscription', id: 1, overlayDelete: [1] }]);
      assert.equal(await present(store), [1]);
      await store.commit([{ kind: 'delete_subscription', id: 2 }]);
      assert.equal(await present(store), []);
    },
  },
  {
    title: 'a kept message expires like any other',
    async run({ store }) {
      await store.commit([createSubscription(), append({ expiresAt: now + 5 })]);
      await hold(store, 1, 1, now + 5);
      await sweep(store, settled(eachPriority(1)));
      assert.is(await sweep(store, sweepExpired(now)), 0);
      assert.is(await sweep(store, sweepExpired(now + 5)), 1);
    },
  },
  {
    title: 'an overlay row that goes leaves a message that is still in its lane alone',
    async run({ store }) {
      await store.commit([createSubscription(), append({})]);
      await hold(store, 1, 1);
      await store.commit([{ kind: 'settle', subId: 1, overlayDelete: [1] }]);
      assert.equal(positions((await readPage(store)).rows), [1]);
    },
  },
  {
    title: 'addressed messages are not touched by the sweep of their topic, but by that of the last mailbox',
    async run({ store }) {
      await store.commit([createSubscription(), createSubscription({ subKey: 'zpsk2' })]);
      await store.commit([append({ subIds: [1, 2] }, { subIds: [1] }, { subIds: [1], priority: 9 })]);
      assert.is(await sweep(store, settled(eachPriority(9))), 0);
      assert.is((await store.loadSubscription({ id: 1 }))!.row.hasMailbox, true);
      assert.is(await sweep(store, fromMailbox([0, 0, 0, 0, 0, 9, 0, 0, 0, 0])), 1);
      assert.equal(await present(store), [1, 3]);
      assert.is(await sweep(store, fromMailbox(eachPriority(9), 2)), 1);
      assert.equal(await present(store), [3]);
      assert.is((await store.loadSubscription({ id: 2 }))!.row.hasMailbox, false);
    },
  },
  {
    title: 'a mailbox is swept in steps of its limit, and keeps what an overlay row refers to',
    async run({ store }) {
      await store.commit([createSubscription(), append({ subIds: [1] }, { subIds: [1] }, { subIds: [1] })]);
      await hold(store, 1, 2);
      const step = { ...fromMailbox(eachPriority(3)), limit: 2 };
      assert.equal(await commit(store, step), { removed: 1, more: true });
      assert.equal(await commit(store, step), { removed: 1, more: false });
      assert.equal(await present(store), [2]);
      assert.is((await store.readMessages([2]))[0]!.isAddressed, true);
      await store.commit([{ kind: 'settle', subId: 1, overlayDelete: [2] }]);
      assert.equal(await present(store), []);
    },
  },
  {
    title: 'an addressed message that expires leaves its mailboxes',
    async run({ store }) {
      await store.commit([createSubscription(), append({ subIds: [1], expiresAt: now })]);
      await sweep(store, sweepExpired(now));
      assert.is((await store.loadSubscription({ id: 1 }))!.row.hasMailbox, false);
    },
  },
  {
    title: 'the mailbox of a subscription that is deleted is emptied, but for what others have in theirs',
    async run({ store }) {
      await store.commit([createSubscription(), createSubscription({ subKey: 'zpsk2' })]);
      await store.commit([append({ subIds: [1], expiresAt: never }, { subIds: [1, 2], expiresAt: never }, {})]);
      await store.commit([{ kind: 'delete_subscription', id: 1 }]);
      await sweep(store, sweepExpired(now, 1));
      assert.equal(await present(store), [2, 3]);
    },
  },
];
