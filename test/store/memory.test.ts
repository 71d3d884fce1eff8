import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { limits } from '../../src/protocol/limits.js';
import { type CommitFault, MemoryStore } from '../../src/store/memory.js';
import { StoreFailed, StoreFull } from '../../src/store/store.js';
import { append, bodies, commit, createSubscription, overlayRow, readPage, rejection } from './conformance/bench.js';
import { describeStore } from './conformance.js';
import { memoryBench } from './memory-bench.js';

describeStore('memory store', memoryBench);

const test = suite('memory store as a double');

test('a kill loses the commits that were not answered, and never answers them', async () => {
  const store = new MemoryStore();
  await store.open();
  await store.commit([append({ body: 'answered' })]);
  let isAnswered = false;
  const note = (): void => {
    isAnswered = true;
  };
  store.commit([append({ body: 'lost' })]).then(note, note);
  const next = store.reopen('lost');
  const opened = await next.open();
  assert.is(opened.position, 1 + limits.position_block);
  assert.is(bodies((await readPage(next)).rows), 'answered');
  assert.is(isAnswered, false);
});

test('a kill may keep the commits that were not answered, which are never answered all the same', async () => {
  const store = new MemoryStore();
  await store.open();
  let isAnswered = false;
  const note = (): void => {
    isAnswered = true;
  };
  store.commit([append({ body: 'kept' })]).then(note, note);
  const next = store.reopen('kept');
  await next.open();
  assert.is(bodies((await readPage(next)).rows), 'kept');
  assert.is(isAnswered, false);
});

test('a store that was killed does nothing any more', async () => {
  const store = new MemoryStore();
  await store.open();
  store.reopen();
  assert.instance(await rejection(store.commit([])), StoreFailed);
});

test('calls are answered in the order in which they came, when the simulation says so', async () => {
  const turns: (() => void)[] = [];
  const store = new MemoryStore({ defer: run => turns.push(run) });
  const order: string[] = [];
  const calls = [
    store.open().then(() => order.push('open')),
    store.commit([append({})]).then(() => order.push('commit')),
    readPage(store).then(({ rows }) => order.push(`page of ${rows.length}`)),
  ];
  assert.is(turns.length, 3);
  for (const turn of turns.splice(0)) turn();
  await Promise.all(calls);
  assert.equal(order, ['open', 'commit', 'page of 1']);
});

test('a full disk refuses a commit whole, and the store goes on', async () => {
  let fault: CommitFault | null = null;
  const store = new MemoryStore({ fault: () => fault });
  await store.open();
  fault = 'full';
  assert.instance(await rejection(store.commit([append({ body: 'a' })])), StoreFull);
  fault = null;
  assert.equal(await commit(store, append({ body: 'b' })), { first: 1, refused: [] });
  assert.is(bodies((await readPage(store)).rows), 'b');
});

test('a full disk refuses also what was handed over before the failure was known', async () => {
  const faults: (CommitFault | null)[] = ['full'];
  const store = new MemoryStore({ fault: () => faults.shift() ?? null });
  await store.open();
  const [first, second] = ['a', 'b'].map(body => rejection(store.commit([append({ body })])));
  assert.instance(await first, StoreFull);
  assert.instance(await second, StoreFull);
  assert.equal(await commit(store, append({ body: 'c' })), { first: 1, refused: [] });
});

for (const fault of ['lost', 'kept'] as const) {
  test(`after a disk that fails, every call fails, and what was being written may be ${fault}`, async () => {
    let now: CommitFault | null = null;
    const store = new MemoryStore({ fault: () => now });
    await store.open();
    now = fault;
    assert.instance(await rejection(store.commit([append({ body: 'a' })])), StoreFailed);
    now = null;
    for (const call of [() => store.commit([]), () => readPage(store), () => store.size()]) {
      assert.instance(await rejection(call()), StoreFailed);
    }
    const next = store.reopen('lost', {});
    await next.open();
    assert.is(bodies((await readPage(next)).rows), fault === 'kept' ? 'a' : '');
  });
}

test('rows that come back are copies: changing them changes nothing', async () => {
  const store = new MemoryStore();
  await store.open();
  const row = overlayRow(1);
  await store.commit([createSubscription(), append({}), { kind: 'settle', subId: 1, overlayPut: [row] }]);
  row.attempts = 99;
  const loaded = (await store.loadSubscription({ id: 1 }))!;
  loaded.overlay[0]!.attempts = 99;
  loaded.row.interests[0]!.to = 99;
  const again = (await store.loadSubscription({ id: 1 }))!;
  assert.is(again.overlay[0]!.attempts, 0);
  assert.is(again.row.interests[0]!.to, null);
});

test.run();
