import * as assert from 'uvu/assert';
import type { LetterQuery, Settle, Store } from '../../../src/store/store.js';
import {
  append,
  bodies,
  type Case,
  commit,
  createSubscription,
  type Draft,
  inTopics,
  later,
  overlayRow,
  positions,
  readPage,
  sweep,
  sweepExpired,
} from './bench.js';

function failing(subId: number, ...drafts: Draft[]): Settle {
  const letterOrigins = drafts.map(({ body }) => `of ${body}`);
  return {
    kind: 'settle',
    subId,
    deadLetters: append(...drafts.map(each => ({ topicId: 2, ...each }))),
    letterOrigins,
  };
}

function redrive(subId: number, ...letters: number[]) {
  const message = { topicId: 1, priority: 5, expiresAt: later };
  const drafts = letters.map(position => ({ position, ...message, body: `back ${position}` }));
  return { kind: 'redrive', subId, letters: drafts } as const;
}

async function origins(store: Store, overrides: Partial<LetterQuery> = {}): Promise<string> {
  const rows = await store.readLetters({ subId: 1, after: 0, limit: 10, limitChars: 1_000, ...overrides });
  return rows.map(({ origin }) => origin).join(', ');
}

const mailboxOf = (subId: number) => ({ scope: { ...inTopics(), mailbox: subId } });

const two = [createSubscription(), createSubscription({ subKey: 'zpsk2' })];

export const letterCases: Case[] = [
  {
    title: 'dead letters are read by whose they are, page by page',
    async run(bench) {
      await bench.store.commit([
        ...two,
        failing(1, { body: 'a' }, { body: 'b' }),
        failing(2, { body: 'c' }),
        failing(1, { body: 'd' }),
        failing(3, { body: 'e' }),
      ]);
      await bench.restart();
      const { store } = bench;
      assert.is(await origins(store), 'of a, of b, of d');
      assert.is(await origins(store, { after: 1 }), 'of b, of d');
      assert.is(await origins(store, { limit: 2 }), 'of a, of b');
      assert.is(await origins(store, { limitChars: 1 }), 'of a');
      assert.is(await origins(store, { subId: 2 }), 'of c');
      assert.is(await origins(store, { subId: 3 }), '', 'nobody has it who could get it back');
    },
  },
  {
    title: 'a letter that is put back leaves the lanes and enters the mailbox of its subscription, once',
    async run(bench) {
      await bench.store.commit([...two, failing(1, { body: 'a' }, { body: 'b' })]);
      assert.equal(await commit(bench.store, redrive(2, 1)), { entered: [null] }, "another subscription's");
      assert.equal(await commit(bench.store, redrive(1, 1, 1, 7)), { entered: [3, null, null] });
      await bench.crash();
      const { store } = bench;
      assert.is(await origins(store), 'of b');
      assert.is(bodies((await readPage(store, { scope: inTopics(2) })).rows), 'b');
      assert.is(bodies((await readPage(store, mailboxOf(1))).rows), 'back 1');
      assert.equal((await readPage(store, mailboxOf(2))).rows, []);
      assert.equal(await store.readMessages([1]), []);
      assert.equal(await commit(store, redrive(1, 1)), { entered: [null] });
    },
  },
  {
    title: 'a letter that an overlay row refers to can be read as long as that row is there',
    async run({ store }) {
      await store.commit([...two, failing(1, { body: 'a' })]);
      await store.commit([{ kind: 'settle', subId: 2, overlayPut: [overlayRow(1)] }, redrive(1, 1)]);
      assert.equal((await readPage(store, { scope: inTopics(2) })).rows, []);
      assert.equal(positions(await store.readMessages([1, 2])), [1, 2]);
      await store.commit([{ kind: 'settle', subId: 2, overlayDelete: [1] }]);
      assert.equal(positions(await store.readMessages([1, 2])), [2]);
    },
  },
  {
    title: 'neither a letter that was swept is put back, nor one whose subscription is gone',
    async run({ store }) {
      await store.commit([...two, failing(1, { body: 'a', expiresAt: 1 }), failing(2, { body: 'b' })]);
      await sweep(store, sweepExpired(120_000));
      assert.is(await origins(store), '');
      assert.equal(await commit(store, redrive(1, 1)), { entered: [null] });
      await store.commit([{ kind: 'delete_subscription', id: 2 }]);
      assert.equal(await commit(store, redrive(2, 2)), { entered: [null] });
      assert.equal(positions(await store.readMessages([1, 2, 3])), [2], 'it stays a dead letter');
    },
  },
];
