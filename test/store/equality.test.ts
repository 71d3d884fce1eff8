import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { RamStore } from '../../src/store/ram.js';
import type { NamedMessage, Operation, PageQuery, Position, Store, StretchRow } from '../../src/store/store.js';
import type { Bench } from './conformance/bench.js';
import {
  append,
  createSubscription,
  eachPriority,
  never,
  now,
  overlayRow,
  readAll,
  rejection,
  sweepExpired,
} from './conformance/bench.js';
import { memoryBench } from './memory-bench.js';
import { bending, spoilt, spoiltBench } from './spoilt.js';
import { sqliteBench } from './sqlite-bench.js';

const topicId = fc.integer({ min: 1, max: 4 });
const subId = fc.integer({ min: 1, max: 4 });
const priority = fc.constantFrom(1, 5, 5, 5, 9);
const position = fc.integer({ min: 1, max: 60 });
const pattern = fc.constantFrom('/a', '/b', '/*/c');
const patterns = fc.uniqueArray(pattern);
/** Around the times at which sweeps look, and in steps of the expiry index. */
const time = fc
  .integer({ min: -3, max: 3 })
  .chain(step => fc.constantFrom(0, 1, 59_999).map(ms => now + step * 60_000 + ms));
const options = fc.oneof(fc.string(), fc.constant('{"max_depth":1}'), fc.constant('{"receiver":{}}'));
const upto = fc.array(position, { minLength: 10, maxLength: 10 });
const limit = fc.constantFrom(1, 3, 1_000);

const draft = fc.record(
  {
    topicId,
    priority,
    expiresAt: time,
    body: fc.string({ unit: 'binary', maxLength: 5 }),
    msgId: fc.constantFrom('zpsm1', 'zpsm2', 'zpsm3', 'zpsm4'),
    endpointId: fc.constantFrom(1, 2),
    rememberUntil: time,
    subIds: fc.array(subId, { minLength: 1, maxLength: 3 }),
  },
  { requiredKeys: ['topicId', 'priority', 'expiresAt', 'body'] },
);

const overlay = fc
  .tuple(position, fc.record({ expiresAt: time, attempts: fc.nat(9), top: fc.nat(2), body: fc.option(fc.string()) }))
  .map(([at, rest]) => overlayRow(at, rest));

let lastSubKey = 0;

const operation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 5, arbitrary: fc.array(draft, { maxLength: 6 }).map(drafts => append(...drafts)) },
  fc.record({ kind: fc.constant('draw' as const), count: fc.nat(5), named: fc.constant<NamedMessage[]>([]) }),
  fc.record({
    kind: fc.constant('delay' as const),
    dueAt: time,
    topicId,
    priority,
    expiresAt: time,
    body: fc.string(),
    msgId: fc.constantFrom('zpsm1', 'zpsm5', 'zpsm6'),
    endpointId: fc.constantFrom(1, 2),
    rememberUntil: time,
    subIds: fc.array(subId, { maxLength: 2 }),
  }),
  fc.record({
    kind: fc.constant('update_delayed' as const),
    msgId: fc.constantFrom('zpsm1', 'zpsm5', 'zpsm6'),
    version: fc.constantFrom(1, 1, 2),
    dueAt: time,
    priority,
    expiresAt: time,
    body: fc.string(),
  }),
  fc.record({ kind: fc.constant('cancel_delayed' as const), msgId: fc.constantFrom('zpsm1', 'zpsm5', 'zpsm6') }),
  fc.record({ kind: fc.constant('enter_due' as const), now: time, limit }),
  {
    weight: 3,
    arbitrary: fc
      .record(
        {
          kind: fc.constant('settle' as const),
          subId,
          lanes: fc.string(),
          overlayPut: fc.array(overlay, { maxLength: 4 }),
          overlayDelete: fc.array(position, { maxLength: 8 }),
          letters: fc.array(draft, { maxLength: 2 }),
        },
        { requiredKeys: ['kind', 'subId'] },
      )
      .map(({ letters, ...settle }) => ({
        ...settle,
        ...(letters && { deadLetters: append(...letters), letterOrigins: letters.map(({ body }) => `${body}?`) }),
      })),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('redrive' as const),
      subId,
      letters: fc.array(
        fc.record({ position, topicId, priority, expiresAt: time, body: fc.string({ maxLength: 3 }) }),
        { maxLength: 20 },
      ),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('create_subscription' as const),
      subKey: fc.constant(null).map(() => `zpsk${++lastSubKey}`),
      endpointId: fc.constantFrom(1, 2),
      name: fc.constant(null),
      options,
      patterns,
      queueing: fc.boolean(),
    }),
  },
  fc.record(
    {
      kind: fc.constant('update_subscription' as const),
      id: subId,
      options,
      lanes: fc.string(),
      epoch: fc.nat(9),
      open: patterns,
      close: patterns,
      remove: fc.uniqueArray(pattern, { maxLength: 1 }),
      overlayDelete: fc.array(position, { maxLength: 3 }),
    },
    { requiredKeys: ['kind', 'id'] },
  ),
  fc.record({ kind: fc.constant('delete_subscription' as const), id: subId }),
  fc.record({ kind: fc.constant('mark_time' as const), at: time, forget: fc.array(position, { maxLength: 2 }) }),
  fc
    .record({ subIds: fc.uniqueArray(subId), at: fc.option(time), ms: fc.nat(99), notedSince: fc.option(fc.nat(9)) })
    .map(({ subIds, at, ...uptime }) => ({ kind: 'note_uses' as const, subIds, usedAt: subIds.map(() => at), uptime })),
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('sweep_expired' as const), now: time, limit }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('sweep_settled' as const), topicId, upto, limit }) },
  {
    weight: 2,
    arbitrary: fc
      .record({
        topicIds: fc.uniqueArray(topicId, { minLength: 1 }),
        all: fc.array(upto, { minLength: 4, maxLength: 4 }),
        after: fc.nat(20),
        limit,
      })
      .map(({ topicIds, all, after, limit: most }) => ({
        kind: 'sweep_range' as const,
        topicIds,
        upto: all.slice(0, topicIds.length).flat(),
        after,
        limit: most,
      })),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('sweep_mailbox' as const), subId, upto, limit }) },
);

const stretches = fc.array(
  fc.record({
    pattern: fc.constantFrom('/**', '/t/*', '/t/1', '/t/3'),
    from: fc.nat(20),
    to: fc.option(position),
  }),
  { maxLength: 3 },
);

const viewed = fc.record({
  topics: fc.constant([] as { topicId: number; from: number }[]),
  view: fc.array(stretches, { minLength: 2, maxLength: 2 }),
  mailbox: fc.option(subId),
});

const query = fc.record({
  scope: fc.oneof(
    viewed,
    fc.record({
      topics: fc
        .tuple(fc.uniqueArray(topicId), fc.constantFrom(0, 0, 70), position)
        .map(([ids, more, from]) => [
          ...ids.map((id, index) => ({ topicId: id, from: index === 0 ? from : 0 })),
          ...Array.from({ length: more }, (_, index) => ({ topicId: 100 + index, from: 0 })),
        ]),
      mailbox: fc.option(subId),
    }),
  ),
  after: upto.map(positions => positions.map(each => each % 20)),
  upto: position,
  now: time,
  limit,
  limitBytes: fc.constantFrom(1, 8, 1_000_000),
});

/**
 * The mailbox of a deleted subscription is emptied at once in memory and by the sweeper in SQLite: so a sweep that finds
 * nothing expired follows each deletion. A sweep that has more to do says so in SQLite only, so `more` is not compared.
 */
async function step(store: Store, operations: Operation[]): Promise<unknown> {
  const swept = operations.flatMap((each): Operation[] =>
    each.kind === 'delete_subscription' ? [each, sweepExpired(0)] : [each],
  );
  const { results, position: last } = await store.commit(swept);
  return { last, results: results.map(result => ('more' in result ? { removed: result.removed } : result)) };
}

function placesOf(...patterns: string[]) {
  return patterns.flatMap(each => [0, 2].map(afterId => ({ pattern: each, afterId })));
}

async function view(store: Store, queries: PageQuery[]): Promise<unknown> {
  const everything = Array.from({ length: 100 }, (_, index) => index + 1);
  const ids = [1, 2, 3, 4, 5, 6];
  const ranges = [1, 2, 3, 4].flatMap(id => [1, 5, 9].map(each => ({ topicId: id, priority: each, from: 3, to: 50 })));
  return {
    messages: await store.readMessages(everything),
    named: await Promise.all(ids.map(id => store.findNamed(`zpsm${id}`))),
    delayed: await Promise.all([null, 1, 2].map(endpointId => delayedOf(store, endpointId))),
    letters: await Promise.all([1, 2].map(id => store.readLetters({ subId: id, after: 2, limit: 3, limitChars: 9 }))),
    subscriptions: await Promise.all(ids.map(id => store.loadSubscription({ id }))),
    interest: await Promise.all(['/a', '/b', '/*/c'].map(each => store.countInterest(each))),
    interested: await store.readInterests({ places: placesOf('/a', '/b', '/*/c'), limit: 2 }),
    heads: await store.readHeads([1, 2, 3, 4]),
    mailboxes: [await store.listMailboxes({ afterId: 1, limit: 2 }), await store.listMailboxes({ ids })],
    bounded: [await store.listBounded({ afterId: 1, limit: 2 }), await store.listBounded({ ids })],
    listed: [
      await store.listSubscriptions({ afterId: 1, limit: 2 }),
      await store.listSubscriptions({ afterId: 0, limit: 9, endpointId: 1 }),
      await store.listSubscriptions({ afterId: 0, limit: 9, isStanding: true }),
    ],
    uses: await Promise.all(['/a', '/b', '/*/c'].map(each => store.listUses({ pattern: each, afterId: 1, limit: 2 }))),
    countsOf: await Promise.all([1, 2].map(id => store.countSubscriptionsOf(id))),
    count: await store.count({ ranges, mailbox: { subId: 1, after: eachPriority(2), upto: 70 }, now }),
    wideCounts: await Promise.all(queries.map(({ scope, ...each }) => countWide(store, scope.view ?? [], each))),
    pages: await Promise.all(queries.map(each => store.readPage(each))),
    whole: await Promise.all(queries.map(each => readAll(store, each))),
  };
}

/** Without their ids, which SQLite may use again once the last one has entered. */
async function delayedOf(store: Store, endpointId: number | null): Promise<object[]> {
  const rows = await store.readDelayed({ endpointId, after: { dueAt: now - 60_000, id: 0 }, limit: 2, limitChars: 9 });
  return rows.map(({ id: _id, ...row }) => row);
}

function countWide(store: Store, seen: StretchRow[][], { after, upto: to }: Omit<PageQuery, 'scope'>): Promise<number> {
  const gaps = [1, 5, 9].map(each => ({ priority: each, from: after[each]!, to }));
  return store.count({ ranges: [], wide: { view: seen, gaps }, mailbox: null, now });
}

/** Names for the topics, so that patterns find them. */
const topicNames = ['/t/1', '/t/2', '/t/3', '/u/4'];
const named = topicNames.map((name): Operation => ({ kind: 'create_topic', name, options: '{}' }));

interface Comparison {
  /** What of the commits is compared. */
  bend?: (operation: Operation, last: Position) => Operation;
  /** What is there when it begins, beside the topics. */
  given?: Operation[];
  ends?: ('restart' | 'crash')[];
}

/** Fails if the two stores ever answer differently. */
async function compare(make: () => Promise<[Bench, Bench]>, numRuns: number, how: Comparison = {}): Promise<void> {
  const { bend = each => each, given = [] } = how;
  const commits = fc.array(fc.array(operation, { minLength: 1, maxLength: 5 }), { minLength: 5, maxLength: 30 });
  const queries = fc.array(query, { minLength: 6, maxLength: 6 });
  const ends = fc.constantFrom(...(how.ends ?? ['restart', 'crash']), ...(how.ends ? ['goes on' as const] : []));
  const property = fc.asyncProperty(commits, queries, ends, async (all, reads, end) => {
    const [one, other] = await make();
    const compareViews = async () => assert.equal(await view(one.store, reads), await view(other.store, reads));
    try {
      const first = [...named, ...given];
      assert.equal(await step(one.store, first), await step(other.store, first));
      for (const [index, unbent] of all.entries()) {
        const { position: last } = await one.store.commit([]);
        const operations = unbent.map(each => bend(each, last));
        assert.equal(await step(one.store, operations), await step(other.store, operations));
        if (index % 5 === 4) await compareViews();
      }
      if (end !== 'goes on') await Promise.all([one[end](), other[end]()]);
      assert.equal({ ...one.opened, secret: '' }, { ...other.opened, secret: '' });
      await compareViews();
    } finally {
      await Promise.all([one.end(), other.end()]);
    }
  });
  await fc.assert(property, { numRuns });
}

const test = suite('memory and sqlite stores');

/** `RUNS=500` looks further; 500 runs take some minutes. */
const runs = Number(process.env.RUNS ?? 10);

test('answer the same to the same commits and reads, also after a restart and a crash', () =>
  compare(async () => [await memoryBench(), await sqliteBench()], runs));

/** What is in memory is not bound to the steps of a sweep, and its ids are remembered for as long as it can be there. */
function inStep(each: Operation, last: Position): Operation {
  // A stretch may stay for a message in memory that is on its way.
  if (each.kind === 'update_subscription') return { ...each, open: undefined, close: undefined };
  // What is not there yet has no row.
  if (each.kind === 'settle') return { ...each, overlayPut: each.overlayPut?.filter(row => row.position <= last) };
  if (each.kind === 'append') {
    const named = each.named.map(name => ({ ...name, rememberUntil: never }));
    return { ...each, named };
  }
  if (each.kind === 'sweep_range') return { ...each, after: 0, limit: 1_000 };
  return each.kind.startsWith('sweep_') ? ({ ...each, limit: 1_000 } as Operation) : each;
}

/** Some appends go to memory, and others to the store beneath. */
function partlyInRam(each: Operation): Operation {
  if (each.kind !== 'append' || each.bodies.join('').length % 2 === 0) return each;
  const bytes = each.bodies.map(body => Buffer.byteLength(body));
  return { ...each, inRam: { topicNames: each.topicIds.map(id => topicNames[id - 1]!), bytes } };
}

const inRam: Comparison = {
  bend: inStep,
  ends: [],
  given: [1, 2, 3, 4].map(id => createSubscription({ subKey: `given${id}` })),
};

async function ramBench(spoil: (store: Store) => Store = store => store): Promise<Bench> {
  return spoiltBench(await memoryBench(), store => bending(spoil(new RamStore(store)), partlyInRam));
}

test('answer the same whether messages lie in the store or in memory beside it', () =>
  compare(async () => [await memoryBench(), await ramBench()], 20 * runs, inRam));

test('the comparison finds a page in which what is in memory comes last', async () => {
  const unsorted = (store: Store) =>
    spoilt(store, {
      async readPage(query) {
        const page = await store.readPage(query);
        return { ...page, rows: page.rows.toSorted((a, b) => a.body.length - b.body.length) };
      },
    });
  assert.instance(
    await rejection(compare(async () => [await memoryBench(), await ramBench(unsorted)], 200, inRam)),
    Error,
  );
});

test('the comparison finds a store that keeps one overlay row too many', async () => {
  const keeping = (each: Operation): Operation => (each.kind === 'settle' ? { ...each, overlayDelete: [] } : each);
  const pair = async (): Promise<[Bench, Bench]> => [
    await memoryBench(),
    spoiltBench(await memoryBench(), store => bending(store, keeping)),
  ];
  assert.instance(await rejection(compare(pair, 200)), Error);
});

test.run();
