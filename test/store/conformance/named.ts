import * as assert from 'uvu/assert';
import {
  append,
  bodies,
  type Case,
  commit,
  eachPriority,
  later,
  never,
  now,
  positions,
  readPage,
  sweep,
  sweepExpired,
} from './bench.js';

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
    title: 'a position that is drawn holds its msg_id like a message that is stored',
    async run(bench) {
      const name = { index: 1, msgId: 'zpsm1', endpointId: 7, rememberUntil: later };
      await bench.store.commit([append({ msgId: 'zpsm2', endpointId: 7 })]);
      const named = [{ ...name, index: 0, msgId: 'zpsm2' }, name, { ...name, index: 3, endpointId: 8 }];
      assert.equal(await commit(bench.store, { kind: 'draw', count: 5, named }), {
        first: 2,
        refused: [
          { index: 0, reason: 'duplicate' },
          { index: 3, reason: 'conflict' },
        ],
      });
      assert.equal(await bench.store.findNamed('zpsm1'), { position: 2, endpointId: 7 });
      assert.equal(await commit(bench.store, append({})), { first: 5, refused: [] });
      await bench.restart();
      const again = append({ msgId: 'zpsm1', endpointId: 7 });
      assert.equal((await commit(bench.store, again)).refused, [{ index: 0, reason: 'duplicate' }]);
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
];
