import * as assert from 'uvu/assert';
import type { Delay } from '../../../src/store/store.js';
import {
  append,
  bodies,
  type Case,
  commit,
  createSubscription,
  eachPriority,
  inTopics,
  later,
  never,
  now,
  positions,
  readPage,
  sweep,
  sweepExpired,
} from './bench.js';

function delay(overrides: Partial<Delay> = {}): Delay {
  const message = { topicId: 1, priority: 5, expiresAt: later, body: 'delayed', subIds: [] };
  const name = { msgId: 'zpsm1', endpointId: 1, rememberUntil: later };
  return { kind: 'delay', dueAt: now + 1_000, ...message, ...name, ...overrides };
}

const settleAll = { kind: 'sweep_settled', topicId: 1, upto: eachPriority(1e9), limit: 1_000 } as const;

export const namedCases: Case[] = [
  {
    title: 'a msg_id is refused as duplicate for its endpoint, as conflict for others, and takes no position',
    async run({ store }) {
      await store.commit([append({ msgId: 'zpsm1', body: 'a' })]);
      const again = append({ body: 'b' }, { msgId: 'zpsm1' }, { body: 'c' }, { msgId: 'zpsm1', endpointId: 2 });
      assert.equal(await commit(store, again), {
        first: 2,
        refused: [
          { index: 1, reason: 'duplicate' },
          { index: 3, reason: 'conflict' },
        ],
      });
      const { rows } = await readPage(store);
      assert.is(bodies(rows), 'a b c');
      assert.equal(positions(rows), [1, 2, 3]);
    },
  },
  {
    title: 'a msg_id is refused when it comes twice in one commit',
    async run({ store }) {
      const { refused } = await commit(store, append({ msgId: 'zpsm1' }, { msgId: 'zpsm1' }));
      assert.equal(refused, [{ index: 1, reason: 'duplicate' }]);
    },
  },
  {
    title: 'finds a message by the msg_id that its publisher gave',
    async run(bench) {
      await bench.store.commit([append({}, { msgId: 'zpsm1', endpointId: 7 })]);
      assert.equal(await bench.store.findNamed('zpsm1'), { position: 2, endpointId: 7 });
      assert.is(await bench.store.findNamed('zpsm2'), null);
      await bench.restart();
      assert.equal(await bench.store.findNamed('zpsm1'), { position: 2, endpointId: 7 });
    },
  },
  {
    title: 'a msg_id is remembered when its message is gone, until its time is over',
    async run({ store }) {
      await store.commit([append({ msgId: 'zpsm1', rememberUntil: now + 100_000 })]);
      assert.is(await sweep(store, settleAll), 1);
      await sweep(store, sweepExpired(now + 99_999));
      assert.equal((await commit(store, append({ msgId: 'zpsm1' }))).refused, [{ index: 0, reason: 'duplicate' }]);
      await sweep(store, sweepExpired(now + 100_000));
      assert.is(await store.findNamed('zpsm1'), null);
      assert.equal((await commit(store, append({ msgId: 'zpsm1' }))).refused, []);
    },
  },
  {
    title: 'a msg_id is remembered as long as its message is there, and forgotten with it',
    async run({ store }) {
      await store.commit([append({ msgId: 'zpsm1', rememberUntil: now, expiresAt: never })]);
      await sweep(store, sweepExpired(later));
      await sweep(store, sweepExpired(later));
      assert.equal((await commit(store, append({ msgId: 'zpsm1' }))).refused, [{ index: 0, reason: 'duplicate' }]);
      assert.is(await sweep(store, settleAll), 1);
      await sweep(store, sweepExpired(later));
      assert.is(await store.findNamed('zpsm1'), null);
    },
  },
  {
    title: 'forgets msg_ids in bounded steps',
    async run({ store }) {
      await store.commit([
        append(...Array.from({ length: 10 }, (_, i) => ({ msgId: `zpsm${i}`, rememberUntil: now }))),
      ]);
      await sweep(store, settleAll);
      assert.equal(await commit(store, sweepExpired(now, 4)), { removed: 0, more: true });
      const known = await Promise.all(Array.from({ length: 10 }, (_, i) => store.findNamed(`zpsm${i}`)));
      assert.is(known.filter(each => each !== null).length, 6);
      await sweep(store, sweepExpired(now, 4));
      assert.is(await store.findNamed('zpsm9'), null);
    },
  },
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
];
