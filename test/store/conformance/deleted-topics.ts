import * as assert from 'uvu/assert';
import {
  append,
  type Case,
  commit,
  createSubscription,
  eachPriority,
  inTopics,
  later,
  now,
  overlayRow,
  positions,
  readPage,
  sweep,
} from './bench.js';

const create = (name: string) => ({ kind: 'create_topic', name, options: '{}' }) as const;
const sweepTopic = (topicId: number, limit = 1_000) => ({ kind: 'sweep_topic', topicId, limit }) as const;
const delay = {
  kind: 'delay',
  dueAt: now + 1,
  topicId: 1,
  priority: 5,
  expiresAt: later,
  body: 'late',
  msgId: 'zpsm-late',
  endpointId: 1,
  rememberUntil: now,
  subIds: [],
} as const;

export const deletedTopicCases: Case[] = [
  {
    title: 'the name of a deleted topic is free at once, and its row stays as deleted until it is swept',
    async run(bench) {
      await bench.store.commit([create('/a'), append({}), { kind: 'delete_topic', id: 1 }, create('/a')]);
      await bench.crash();
      assert.equal(
        bench.opened.topics.map(({ id, isDeleted }) => [id, isDeleted]),
        [
          [1, true],
          [2, false],
        ],
      );
      assert.ok(!bench.opened.topics[0]!.name.includes('/'));
      assert.is(await sweep(bench.store, sweepTopic(1)), 1);
      await bench.restart();
      assert.equal(
        bench.opened.topics.map(({ id, name }) => [id, name]),
        [[2, '/a']],
      );
    },
  },
  {
    title:
      'all that a deleted topic had goes: lanes, mailboxes, overlays, kept and delayed messages; no other topic loses any',
    async run({ store }) {
      await store.commit([
        create('/a'),
        create('/b'),
        createSubscription(),
        append({}, { priority: 9 }, { subIds: [1] }, { topicId: 2 }, {}, { msgId: 'zpsm-own', rememberUntil: now }),
        { ...delay, subIds: [] },
      ]);
      await commit(store, {
        kind: 'settle',
        subId: 1,
        overlayPut: [overlayRow(1), overlayRow(5), overlayRow(4, { topicId: 2 })],
      });
      await commit(store, { kind: 'sweep_settled', topicId: 1, upto: eachPriority(1), limit: 9 });
      await commit(store, { kind: 'delete_topic', id: 1 });
      assert.is(await sweep(store, sweepTopic(1, 2)), 6);
      assert.equal(positions((await readPage(store, { scope: inTopics(1, 2), upto: 9 })).rows), [4]);
      assert.equal(positions(await store.readMessages([1, 2, 3, 4, 5, 6])), [4]);
      const loaded = (await store.loadSubscription({ id: 1 }))!;
      assert.equal([loaded.row.hasMailbox, loaded.overlay.map(({ position }) => position)], [false, [4]]);
      const due = { kind: 'enter_due', now: later, limit: 9 } as const;
      assert.equal(await commit(store, due), { entered: [], nextDueAt: null });
    },
  },
  {
    title: 'a topic that is not deleted is not forgotten when it is swept',
    async run(bench) {
      await bench.store.commit([create('/a'), append({})]);
      await sweep(bench.store, sweepTopic(1));
      await bench.restart();
      assert.is(bench.opened.topics.length, 1);
    },
  },
];
