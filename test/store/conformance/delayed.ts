import * as assert from 'uvu/assert';
import type { Delay, DelayedQuery, Store } from '../../../src/store/store.js';
import {
  append,
  bodies,
  type Case,
  commit,
  createSubscription,
  inTopics,
  later,
  now,
  readPage,
  sweep,
  sweepExpired,
} from './bench.js';

function delay(overrides: Partial<Delay> = {}): Delay {
  const message = { topicId: 1, priority: 5, expiresAt: later, body: 'delayed', subIds: [] };
  const name = { msgId: 'zpsm1', endpointId: 1, rememberUntil: later };
  return { kind: 'delay', dueAt: now + 1_000, ...message, ...name, ...overrides };
}

function update(version: number, overrides: { msgId?: string; dueAt?: number; body?: string } = {}) {
  const changed = { msgId: 'zpsm1', dueAt: now + 1_000, priority: 9, expiresAt: later + 1, body: 'changed' };
  return { kind: 'update_delayed', version, ...changed, ...overrides } as const;
}

const enter = { kind: 'enter_due', now: later, limit: 10 } as const;

async function listed(store: Store, overrides: Partial<DelayedQuery> = {}): Promise<string> {
  const query = { endpointId: null, after: { dueAt: 0, id: 0 }, limit: 10, limitChars: 1_000, ...overrides };
  return (await store.readDelayed(query)).map(({ body }) => body).join(' ');
}

export const delayedCases: Case[] = [
  {
    title: 'delayed messages enter the log when they are due, earliest first, up to the limit',
    async run({ store }) {
      await store.commit([
        delay({ msgId: 'zpsm3', dueAt: now + 3, body: 'third', priority: 9 }),
        delay({ msgId: 'zpsm1', dueAt: now + 1, body: 'first' }),
        delay({ msgId: 'zpsm2', dueAt: now + 1, body: 'second' }),
        append({ body: 'at once' }),
      ]);
      const enter = (at: number, limit: number) => commit(store, { kind: 'enter_due', now: at, limit });
      assert.equal(await enter(now, 10), { entered: [], nextDueAt: now + 1 });
      const first = { position: 2, topicId: 1, priority: 5, subIds: [] };
      assert.equal(await enter(now + 3, 1), { entered: [first], nextDueAt: now + 1 });
      const rest = [
        { position: 3, topicId: 1, priority: 5, subIds: [] },
        { position: 4, topicId: 1, priority: 9, subIds: [] },
      ];
      assert.equal(await enter(now + 3, 10), { entered: rest, nextDueAt: null });
      const { rows } = await readPage(store);
      assert.is(bodies(rows), 'third at once first second');
      assert.is(rows[0]!.msgId, 'zpsm3');
    },
  },
  {
    title: 'a delayed message holds its msg_id from the start, and its position from when it enters',
    async run({ store }) {
      assert.equal(await commit(store, delay({ rememberUntil: now })), { outcome: 'stored' });
      assert.equal(await commit(store, delay()), { outcome: 'duplicate' });
      assert.equal(await commit(store, delay({ endpointId: 2 })), { outcome: 'conflict' });
      assert.equal(await store.findNamed('zpsm1'), { position: null, endpointId: 1 });
      await sweep(store, sweepExpired(later));
      assert.equal((await commit(store, append({ msgId: 'zpsm1' }))).refused.length, 1);
      await commit(store, { kind: 'enter_due', now: now + 1_000, limit: 1 });
      assert.equal(await store.findNamed('zpsm1'), { position: 1, endpointId: 1 });
    },
  },
  {
    title: 'a delayed message may be addressed',
    async run({ store }) {
      await store.commit([createSubscription(), delay({ subIds: [1] })]);
      const { entered } = await commit(store, { kind: 'enter_due', now: later, limit: 1 });
      assert.equal(entered, [{ position: 1, topicId: 1, priority: 5, subIds: [1] }]);
      assert.equal((await readPage(store)).rows, []);
      assert.is(bodies((await readPage(store, { scope: { ...inTopics(), mailbox: 1 } })).rows), 'delayed');
    },
  },
  {
    title: 'delayed messages outlive a restart, which tells when the next one is due',
    async run(bench) {
      assert.is(bench.opened.nextDueAt, null);
      await bench.store.commit([delay({ msgId: 'zpsm2', dueAt: now + 2 }), delay({ dueAt: now + 1 })]);
      await bench.restart();
      assert.is(bench.opened.nextDueAt, now + 1);
      const { entered } = await commit(bench.store, { kind: 'enter_due', now: later, limit: 10 });
      assert.is(entered.length, 2);
    },
  },
  {
    title: 'delayed messages are read page by page in the order in which they are due, all or those of an endpoint',
    async run({ store }) {
      await store.commit([
        delay({ msgId: 'zpsm3', dueAt: now + 3, body: 'c', endpointId: 2 }),
        delay({ msgId: 'zpsm1', dueAt: now + 1, body: 'a' }),
        delay({ msgId: 'zpsm2', dueAt: now + 1, body: 'b', subIds: [4] }),
      ]);
      assert.is(await listed(store), 'a b c');
      assert.is(await listed(store, { endpointId: 1 }), 'a b');
      assert.is(await listed(store, { endpointId: 3 }), '');
      assert.is(await listed(store, { limit: 2 }), 'a b');
      assert.is(await listed(store, { limitChars: 1 }), 'a');
      const first = (await store.findDelayed('zpsm1'))!;
      assert.is(await listed(store, { after: first }), 'b c');
      assert.is(await listed(store, { after: first, endpointId: 1 }), 'b');
      const second = await store.findDelayed('zpsm2');
      assert.equal(second, { ...second!, dueAt: now + 1, endpointId: 1, subIds: [4], version: 1, expiresAt: later });
      assert.is(await store.findDelayed('zpsm4'), null);
    },
  },
  {
    title: 'a delayed message is changed only in the version that was read, and enters as changed',
    async run(bench) {
      await bench.store.commit([delay(), delay({ msgId: 'zpsm2', body: 'other', dueAt: now + 5 })]);
      assert.equal(await commit(bench.store, update(1, { dueAt: now + 9 })), { outcome: 'updated' });
      assert.equal(await commit(bench.store, update(1)), { outcome: 'changed' });
      assert.equal(await commit(bench.store, update(1, { msgId: 'zpsm3' })), { outcome: 'gone' });
      await bench.crash();
      const { store } = bench;
      assert.is(bench.opened.nextDueAt, now + 5);
      assert.is(await listed(store), 'other changed');
      const { version, priority } = (await store.findDelayed('zpsm1'))!;
      assert.equal([version, priority], [2, 9]);
      await commit(store, enter);
      const { rows } = await readPage(store);
      assert.equal([bodies(rows), rows[0]!.expiresAt], ['changed other', later + 1]);
    },
  },
  {
    title: 'a change and a cancellation come before the time at which a message enters, or find it gone',
    async run({ store }) {
      await store.commit([delay(), delay({ msgId: 'zpsm2' })]);
      const { results } = await store.commit([update(1), enter, update(2), { kind: 'cancel_delayed', msgId: 'zpsm2' }]);
      assert.equal(
        [results[0], results[2], results[3]],
        [{ outcome: 'updated' }, { outcome: 'gone' }, { outcome: 'gone' }],
      );
      assert.is(bodies((await readPage(store)).rows), 'changed delayed');
    },
  },
  {
    title: 'a cancelled message never enters, and its id is remembered for its time',
    async run(bench) {
      await bench.store.commit([delay({ rememberUntil: now + 1 })]);
      const cancel = { kind: 'cancel_delayed', msgId: 'zpsm1' } as const;
      assert.equal(await commit(bench.store, cancel), { outcome: 'cancelled' });
      assert.equal(await commit(bench.store, cancel), { outcome: 'gone' });
      await bench.restart();
      const { store } = bench;
      assert.is(bench.opened.nextDueAt, null);
      assert.equal((await commit(store, enter)).entered, []);
      assert.equal(await store.findNamed('zpsm1'), { position: 0, endpointId: 1 });
      assert.equal(await commit(store, delay()), { outcome: 'duplicate' });
      await sweep(store, sweepExpired(later));
      assert.is(await store.findNamed('zpsm1'), null);
      assert.equal(await commit(store, delay()), { outcome: 'stored' });
    },
  },
];
