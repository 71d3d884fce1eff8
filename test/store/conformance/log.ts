import * as assert from 'uvu/assert';
import { append, bodies, type Case, commit, createSubscription, later, never, now, readPage } from './bench.js';

export const logCases: Case[] = [
  {
    title: 'gives positions in the order of the commits, from 1',
    async run({ store, opened }) {
      assert.is(opened.position, 0);
      const both = await Promise.all([store.commit([append({}, {})]), store.commit([append({})])]);
      assert.equal(both[0].results, [{ first: 1, refused: [] }]);
      assert.equal(both[1].results, [{ first: 3, refused: [] }]);
      assert.is(both[0].position, 2);
      assert.is(both[1].position, 3);
    },
  },
  {
    title: 'tells each operation of a commit the last position before it',
    async run({ store }) {
      const { results, position } = await store.commit([
        append({}, {}),
        createSubscription(),
        append({}),
        { kind: 'create_topic', name: '/a', options: '{}' },
      ]);
      assert.equal(results[1], { id: 1, position: 2 });
      assert.equal(results[2], { first: 3, refused: [] });
      assert.equal(results[3], { id: 1, position: 3 });
      assert.is(position, 3);
    },
  },
  {
    title: 'answers an empty commit with the position',
    async run({ store }) {
      await store.commit([append({})]);
      assert.equal(await store.commit([]), { results: [], position: 1 });
    },
  },
  {
    title: 'draws positions for messages that it does not store',
    async run({ store }) {
      assert.equal(await commit(store, { kind: 'draw', count: 3, named: [] }), { first: 1, refused: [] });
      assert.equal(await commit(store, append({ body: 'x' })), { first: 4, refused: [] });
      assert.is((await readPage(store)).rows[0]!.position, 4);
    },
  },
  {
    title: 'gives a message back as it came in, whatever its text',
    async run({ store }) {
      const body = '"data":"\u0000 \ud83d\ude00 é \\ud800","user_ctx":{"n":12345678901234567890.10}';
      await store.commit([append({ topicId: 7, priority: 9, expiresAt: never, body, msgId: 'zpsm1' }, { topicId: 7 })]);
      const [named, plain] = await store.readMessages([1, 2]);
      const row = { position: 1, topicId: 7, priority: 9, expiresAt: never, msgId: 'zpsm1', isAddressed: false, body };
      assert.equal(named, row);
      assert.is(plain!.msgId, null);
    },
  },
  {
    title: 'reads messages by position in rising order, each once, and passes over those that are not there',
    async run({ store }) {
      await store.commit([append({ body: 'a' }, { body: 'b' }, { body: 'c' })]);
      assert.is(bodies(await store.readMessages([3, 1, 99, 3, 0])), 'a c');
      assert.equal(await store.readMessages([]), []);
    },
  },
  {
    title: 'reads an expired message by its position with its body, for it may be edited to live longer',
    async run({ store }) {
      await store.commit([append({ expiresAt: now - 1, body: 'old' })]);
      assert.is(bodies(await store.readMessages([1])), 'old');
    },
  },
  {
    title: 'keeps everything through a restart, and goes on without a gap',
    async run(bench) {
      await bench.store.commit([append({ body: 'a', expiresAt: later }, { body: 'b' })]);
      await bench.restart();
      assert.is(bench.opened.position, 2);
      assert.is(bodies((await readPage(bench.store)).rows), 'a b');
      assert.equal(await commit(bench.store, append({})), { first: 3, refused: [] });
    },
  },
  {
    title: 'keeps what was committed through a crash, and never gives a position out again',
    async run(bench) {
      await bench.store.commit([append({ body: 'a' })]);
      const { position } = await bench.store.commit([{ kind: 'draw', count: 10, named: [] }]);
      await bench.crash();
      assert.ok(bench.opened.position >= position, `${bench.opened.position} < ${position}`);
      assert.is(bodies((await readPage(bench.store)).rows), 'a');
      const { first } = await commit(bench.store, append({ body: 'b' }));
      assert.ok(first > position);
      await bench.crash();
      assert.ok(bench.opened.position >= first);
    },
  },
  {
    title: 'keeps its secret for ever',
    async run(bench) {
      const { secret } = bench.opened;
      assert.match(secret, /^[0-9a-f]{64}$/);
      await bench.restart();
      assert.is(bench.opened.secret, secret);
      await bench.crash();
      assert.is(bench.opened.secret, secret);
    },
  },
  {
    title: 'tells its size',
    async run({ store }) {
      await store.commit([append({ body: 'x'.repeat(100_000) })]);
      const { bytes, freeBytes } = await store.size();
      assert.ok(bytes >= 100_000);
      assert.ok(freeBytes === null || freeBytes > 0);
    },
  },
];
