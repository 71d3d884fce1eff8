import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { MemoryStore } from '../../src/store/memory.js';
import { RamStore } from '../../src/store/ram.js';
import { type Operation, type Store, StoreFull } from '../../src/store/store.js';
import {
  append,
  bodies,
  type Case,
  commit,
  createSubscription,
  overlayRow,
  readPage,
  rejection,
  sweepExpired,
} from './conformance/bench.js';
import { cases, describeStore } from './conformance.js';
import { memoryBench } from './memory-bench.js';
import { bending, spoiltBench } from './spoilt.js';
import { sqliteBench } from './sqlite-bench.js';

const room = (store: Store): Store => new RamStore(store);

/** Every append goes to memory. */
function inRam(each: Operation): Operation {
  if (each.kind !== 'append') return each;
  const topicNames = each.topicIds.map(id => `/${id}`);
  return { ...each, inRam: { topicNames, bytes: each.bodies.map(body => Buffer.byteLength(body)) } };
}

/** Names of topics, which a view goes by, come with the messages; what is looked at is counted on the disk alone. */
const ofTheDisk = [
  'tells its size',
  'a msg_id is remembered as long as its message is there, and forgotten with it',
  'a scope may be a view: stretches of patterns of which a message needs one in each list',
  'counts what a view sees in gaps of priorities, and lives, in lanes',
  'a message for a subscription that is gone is seen by nobody',
  'sweeping a range removes what several topics can spare, in the order of positions',
  'a subscription that is not new is refused a topic that has kept something, and nothing changes',
];

/** Besides, what is in memory does not outlive the process. */
function isOfTheDisk({ title, run }: Case): boolean {
  return ofTheDisk.includes(title) || /\.(restart|crash)\(/.test(String(run));
}

describeStore('memory store with room beside it', async () => spoiltBench(await memoryBench(), room));
describeStore('sqlite store with room beside it', async () => spoiltBench(await sqliteBench(), room));
describeStore(
  'room beside a memory store',
  async () => spoiltBench(await memoryBench(), store => bending(room(store), inRam)),
  cases.filter(each => !isOfTheDisk(each)),
);

const test = suite('store with messages in memory beside it');

async function open(): Promise<{ store: RamStore; beneath: MemoryStore }> {
  const beneath = new MemoryStore();
  const store = new RamStore(beneath);
  await store.open();
  return { store, beneath };
}

test('the store beneath has the positions, and nothing of the messages', async () => {
  const { store, beneath } = await open();
  await store.commit([append({ body: 'disk' }), inRam(append({ body: 'ram' })), append({ body: 'disk again' })]);
  assert.is(bodies((await readPage(beneath)).rows), 'disk disk again');
  assert.equal(
    (await readPage(store)).rows.map(({ position, body }) => [position, body]),
    [
      [1, 'disk'],
      [2, 'ram'],
      [3, 'disk again'],
    ],
  );
});

test('a commit that the disk refuses leaves nothing in memory', async () => {
  let isFull = true;
  const store = new RamStore(new MemoryStore({ fault: () => (isFull ? 'full' : null) }));
  await store.open();
  assert.instance(await rejection(store.commit([inRam(append({ body: 'a' }))])), StoreFull);
  assert.is(store.messages, 0);
  isFull = false;
  assert.equal(await commit(store, inRam(append({ body: 'b' }))), { first: 1, refused: [] });
  assert.is(store.messages, 1);
});

test('overlay rows of messages in memory are not handed on, and come back with those of the store', async () => {
  const { store, beneath } = await open();
  await store.commit([createSubscription(), append({}), inRam(append({}))]);
  const overlayPut = [overlayRow(1, { body: 'disk' }), overlayRow(2, { body: 'ram' })];
  await store.commit([{ kind: 'settle', subId: 1, overlayPut }]);
  const rowsOf = async (one: Store) => (await one.loadSubscription({ id: 1 }))!.overlay.map(({ body }) => body);
  assert.equal(await rowsOf(store), ['disk', 'ram']);
  assert.equal(await rowsOf(beneath), ['disk']);
  await store.commit([{ kind: 'settle', subId: 1, overlayDelete: [1, 2] }]);
  assert.equal(await rowsOf(store), []);
});

test('it counts its bytes with what holds a message together, and none when all are gone', async () => {
  const { store } = await open();
  await store.commit([inRam(append({ body: 'x'.repeat(100), expiresAt: 1 }, { body: 'é', expiresAt: 1 }))]);
  assert.is(store.bytes, 100 + 2 + 2 * 256);
  await store.commit([sweepExpired(1)]);
  assert.is(store.bytes, 0);
});

test('what came late for a subscription that was deleted is in no mailbox', async () => {
  const { store } = await open();
  await store.commit([createSubscription()]);
  await store.commit([{ kind: 'delete_subscription', id: 1 }, inRam(append({ subIds: [1] }))]);
  assert.equal(await store.listMailboxes({ ids: [1] }), []);
  await store.commit([{ kind: 'settle', subId: 1, overlayPut: [overlayRow(1)] }]);
  await store.commit([sweepExpired(1e15)]);
  assert.is(store.messages, 0);
});

test.run();
