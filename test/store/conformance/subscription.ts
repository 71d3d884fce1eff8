import * as assert from 'uvu/assert';
import type { SubscriptionRow } from '../../../src/store/store.js';
import {
  append,
  bodies,
  type Case,
  commit,
  createSubscription,
  eachPriority,
  later,
  overlayRow,
  readPage,
  sweep,
} from './bench.js';

async function load({ store }: Parameters<Case['run']>[0], id = 1): Promise<SubscriptionRow | undefined> {
  return (await store.loadSubscription({ id }))?.row;
}

export const subscriptionCases: Case[] = [
  {
    title: 'loads a subscription by its key, by endpoint and name, and by its id',
    async run(bench) {
      await bench.store.commit([
        append({}, {}),
        createSubscription({ name: 'crm', options: '{"a":1}', endpointId: 4 }),
      ]);
      const row = { id: 1, subKey: 'zpsk1', endpointId: 4, name: 'crm', options: '{"a":1}' };
      const interests = [{ pattern: '/a', from: 2, to: null }];
      const rest = { lanes: '', epoch: 0, createdAt: 2, interests, hasMailbox: false };
      const expected = { row: { ...row, ...rest }, overlay: [] };
      await bench.restart();
      assert.equal(await bench.store.loadSubscription({ subKey: 'zpsk1' }), expected);
      assert.equal(await bench.store.loadSubscription({ endpointId: 4, name: 'crm' }), expected);
      assert.equal(await bench.store.loadSubscription({ id: 1 }), expected);
    },
  },
  {
    title: 'lists subscriptions page by page: all, those of an endpoint, and those with a receiver of their own',
    async run(bench) {
      const receiver = '{"receiver":{"service_name":"crm"}}';
      await bench.store.commit([
        createSubscription({ subKey: 'a', name: 'crm', patterns: ['/b', '/a', '/b'] }),
        createSubscription({ subKey: 'b', endpointId: 2, options: receiver }),
        createSubscription({ subKey: 'c', options: '{"x":"\\"receiver\\":"}' }),
        createSubscription({ subKey: 'd', options: receiver, queueing: false }),
        createSubscription({ subKey: 'e' }),
        { kind: 'update_subscription', id: 4, options: '{}' },
        { kind: 'update_subscription', id: 5, options: receiver },
        { kind: 'delete_subscription', id: 3 },
      ]);
      await bench.restart();
      const { store } = bench;
      const ids = async (query: Parameters<typeof store.listSubscriptions>[0]) =>
        (await store.listSubscriptions(query)).map(({ id }) => id);
      assert.equal(await ids({ afterId: 0, limit: 2 }), [1, 2]);
      assert.equal(await ids({ afterId: 2, limit: 2 }), [4, 5]);
      assert.equal(await ids({ afterId: 5, limit: 2 }), []);
      assert.equal(await ids({ afterId: 0, limit: 9, endpointId: 1 }), [1, 4, 5]);
      assert.equal(await ids({ afterId: 1, limit: 1, endpointId: 1 }), [4]);
      assert.equal(await ids({ afterId: 0, limit: 9, isStanding: true }), [2, 5]);
      const [first] = await store.listSubscriptions({ afterId: 0, limit: 1 });
      assert.equal(first, {
        id: 1,
        subKey: 'a',
        endpointId: 1,
        name: 'crm',
        options: '{}',
        patterns: ['/a', '/b'],
      });
    },
  },
  {
    title: 'answers null for a subscription that does not exist',
    async run({ store }) {
      await store.commit([createSubscription({ name: null })]);
      assert.is(await store.loadSubscription({ subKey: 'zpsk2' }), null);
      assert.is(await store.loadSubscription({ endpointId: 1, name: 'crm' }), null);
      assert.is(await store.loadSubscription({ id: 2 }), null);
    },
  },
  {
    title: 'a name is unique within its endpoint only, and no name is no name',
    async run({ store }) {
      await store.commit([
        createSubscription({ subKey: 'a', name: 'crm' }),
        createSubscription({ subKey: 'b', name: 'crm', endpointId: 2 }),
        createSubscription({ subKey: 'c' }),
        createSubscription({ subKey: 'd' }),
      ]);
      assert.is((await store.loadSubscription({ endpointId: 2, name: 'crm' }))!.row.id, 2);
    },
  },
  {
    title: 'changes of a subscription leave alone what they do not name',
    async run(bench) {
      await bench.store.commit([createSubscription(), { kind: 'update_subscription', id: 1, epoch: 3 }]);
      await bench.store.commit([{ kind: 'update_subscription', id: 1, lanes: 'l', options: '{"b":2}' }]);
      const { epoch, lanes, options, interests } = (await load(bench))!;
      assert.equal([epoch, lanes, options, interests.length], [3, 'l', '{"b":2}', 1]);
    },
  },
  {
    title: 'interest opens and ends at the position of the change, and a pattern that is removed goes altogether',
    async run(bench) {
      await bench.store.commit([
        createSubscription({ patterns: ['/a', '/b', '/c'] }),
        append({}, {}),
        { kind: 'update_subscription', id: 1, open: ['/d', '/b'], close: ['/a'], remove: ['/c'] },
        append({}),
        { kind: 'update_subscription', id: 1, open: ['/a'] },
      ]);
      assert.equal((await load(bench))!.interests, [
        { pattern: '/a', from: 0, to: 2 },
        { pattern: '/b', from: 0, to: null },
        { pattern: '/d', from: 2, to: null },
        { pattern: '/a', from: 3, to: null },
      ]);
    },
  },
  {
    title: 'a subscription that is switched off keeps its patterns, and switching to and fro piles nothing up',
    async run(bench) {
      await bench.store.commit([createSubscription({ patterns: ['/a', '/b'], queueing: false }), append({})]);
      const ended = (pattern: string, at: number) => ({ pattern, from: at, to: at });
      assert.equal((await load(bench))!.interests, [ended('/a', 0), ended('/b', 0)]);
      const update = { kind: 'update_subscription', id: 1 } as const;
      for (let round = 0; round < 5; round++) {
        await bench.store.commit([
          { ...update, open: ['/a', '/b'] },
          append({}),
          { ...update, close: ['/a', '/b'] },
          append({}),
        ]);
        await sweep(bench.store, { kind: 'sweep_settled', topicId: 1, upto: eachPriority(1e9), limit: 10 });
      }
      await bench.store.commit([{ ...update, open: ['/a'] }]);
      assert.equal((await load(bench))!.interests, [
        { pattern: '/b', from: 9, to: 10 },
        { pattern: '/a', from: 11, to: null },
      ]);
    },
  },
  {
    title: 'a pattern that is opened and ended at once is kept with an empty stretch',
    async run(bench) {
      await bench.store.commit([
        createSubscription(),
        append({}),
        { kind: 'update_subscription', id: 1, open: ['/a', '/b'], close: ['/a', '/b'] },
      ]);
      assert.equal((await load(bench))!.interests, [
        { pattern: '/a', from: 0, to: 1 },
        { pattern: '/b', from: 1, to: 1 },
      ]);
    },
  },
  {
    title: 'counts open stretches of exactly one pattern, and subscriptions of an endpoint',
    async run({ store }) {
      await store.commit([
        createSubscription({ subKey: 'a', patterns: ['/a', '/b'] }),
        createSubscription({ subKey: 'b', patterns: ['/a'], endpointId: 2 }),
        createSubscription({ subKey: 'c', patterns: ['/a'], queueing: false }),
        { kind: 'update_subscription', id: 1, close: ['/b'] },
      ]);
      assert.is(await store.countInterest('/a'), 2);
      assert.is(await store.countInterest('/b'), 0);
      assert.is(await store.countSubscriptionsOf(1), 2);
      assert.is(await store.countSubscriptionsOf(3), 0);
    },
  },
  {
    title: 'a subscription that is deleted is gone with its overlay and interest; its name is free, its id is not',
    async run(bench) {
      const { store } = bench;
      await store.commit([createSubscription({ name: 'crm' }), append({})]);
      await store.commit([{ kind: 'settle', subId: 1, overlayPut: [overlayRow(1)] }]);
      await store.commit([{ kind: 'delete_subscription', id: 1 }]);
      assert.is(await store.loadSubscription({ subKey: 'zpsk1' }), null);
      assert.is(await store.countInterest('/a'), 0);
      await bench.restart();
      assert.equal(await commit(bench.store, createSubscription({ name: 'crm' })), { id: 2, position: 1 });
      assert.equal((await bench.store.loadSubscription({ endpointId: 1, name: 'crm' }))!.overlay, []);
    },
  },
  {
    title: 'a settlement keeps lanes and overlay',
    async run(bench) {
      await bench.store.commit([createSubscription(), append({}, {}, {})]);
      const rich = {
        state: 'edited',
        priority: 9,
        top: 3,
        attempts: 2,
        sent: 3,
        dueAt: 7,
        version: 4,
        lastError: 'x',
        body: 'y',
      };
      const edited = overlayRow(2, { ...rich, state: 'edited', expiresAt: later + 1 });
      const settle = { kind: 'settle', subId: 1 } as const;
      assert.equal(
        await commit(bench.store, { ...settle, lanes: 'one', overlayPut: [overlayRow(3), edited, overlayRow(1)] }),
        { deadLetters: null },
      );
      await bench.store.commit([{ ...settle, overlayDelete: [3, 99], overlayPut: [overlayRow(1, { attempts: 5 })] }]);
      await bench.restart();
      const loaded = (await bench.store.loadSubscription({ id: 1 }))!;
      assert.is(loaded.row.lanes, 'one');
      assert.equal(loaded.overlay, [overlayRow(1, { attempts: 5 }), edited]);
    },
  },
  {
    title: 'a dead letter enters the log together with the settlement',
    async run({ store }) {
      await store.commit([createSubscription(), append({})]);
      const deadLetters = append({ topicId: 9, body: 'dead' });
      const settled = await commit(store, { kind: 'settle', subId: 1, lanes: 'l', deadLetters });
      assert.equal(settled, { deadLetters: { first: 2, refused: [] } });
      assert.is(
        bodies((await readPage(store, { scope: { topics: [{ topicId: 9, from: 0 }], mailbox: null } })).rows),
        'dead',
      );
    },
  },
  {
    title: 'a settlement of a subscription that is gone leaves nothing behind but its dead letters',
    async run({ store }) {
      await store.commit([createSubscription(), append({}), { kind: 'delete_subscription', id: 1 }]);
      const deadLetters = append({ body: 'dead' });
      await store.commit([
        { kind: 'settle', subId: 1, lanes: 'l', overlayPut: [overlayRow(1)], deadLetters },
        { kind: 'settle', subId: 1, overlayPut: [overlayRow(1)] },
      ]);
      assert.is(await store.loadSubscription({ id: 1 }), null);
      await sweep(store, { kind: 'sweep_settled', topicId: 1, upto: eachPriority(1), limit: 10 });
      assert.is(bodies(await store.readMessages([1, 2])), 'dead');
    },
  },
];
