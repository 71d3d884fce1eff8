import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { limits } from '../../src/protocol/limits.js';
import type { Operation } from '../../src/store/store.js';
import { Stage } from '../sim/stage.js';
import type { World } from '../sim/world.js';

const test = suite('messages in memory only');

const inRam = { hasGd: false };

/** What was handed to the store since the world began. */
function operations({ commits }: World): Operation[] {
  return commits.flat();
}

/** Lets the sweeper go over everything. */
async function sweep({ world }: Stage): Promise<void> {
  await world.clock.advance(2 * limits.sweep_interval_ms + 100);
}

function ramOf({ world }: Stage) {
  return world.broker.ram!;
}

test('a publish says that it is in memory only, and its body is not handed to the store', async () => {
  const stage = await Stage.open();
  await stage.subscribe();
  const [published] = await stage.publish(['secret'], inRam);
  assert.is(published && 'isInRam' in published && published.isInRam, true);
  assert.not.ok(JSON.stringify(stage.world.commits).includes('secret'));
  assert.is(ramOf(stage).messages, 1);
});

test('the topic says what holds for messages that do not say, and a message may override it both ways', async () => {
  const stage = await Stage.open();
  await stage.subscribe();
  await stage.publish([0]);
  await stage.world.run(stage.world.broker.topicAdmin.update(stage.world.broker.topics.find('/t')!, { has_gd: false }));
  const outcomes = [
    ...(await stage.publish([1])),
    ...(await stage.publish([2], { hasGd: true })),
    ...(await stage.publish([3], inRam)),
  ];
  assert.equal(
    outcomes.map(one => 'isInRam' in one),
    [true, false, true],
  );
});

test('both kinds come in one order, by priority and then as they were published (3)', async () => {
  const stage = await Stage.open();
  const subKey = await stage.subscribe();
  for (const [one, priority, hasGd] of [
    [1, 5, true],
    [2, 5, false],
    [3, 9, false],
    [4, 5, false],
    [5, 9, true],
    [6, 5, true],
    [7, 1, false],
  ] as const)
    await stage.publish([one], { priority, hasGd });
  assert.is(await stage.world.depth(subKey), 7);
  assert.equal(
    (await stage.browse(subKey)).map(({ data }) => data),
    [3, 5, 1, 2, 4, 6, 7],
  );
  assert.equal(await stage.drain(await stage.attach(subKey)), [3, 5, 1, 2, 4, 6, 7]);
});

test('publishes of one turn keep their order over both kinds, to a subscriber that listens (3)', async () => {
  const stage = await Stage.open();
  const sink = await stage.attach(await stage.subscribe());
  const mixed = [1, 2, 3, 4, 5, 6].map(one => ({ data: `${one}`, hasGd: one % 3 === 0 }));
  await stage.world.publish(stage.publisher, ...mixed);
  assert.equal(await stage.drain(sink), [1, 2, 3, 4, 5, 6]);
});

test('what everyone has settled leaves the memory', async () => {
  const stage = await Stage.open();
  const sink = await stage.attach(await stage.subscribe());
  const other = await stage.subscribe();
  await stage.publish([1, 2, 3], inRam);
  await stage.drain(sink);
  await sweep(stage);
  assert.is(ramOf(stage).messages, 3, 'another has not had them yet');
  await stage.drain(await stage.attach(other));
  await sweep(stage);
  assert.is(ramOf(stage).messages, 0);
  assert.is(stage.world.broker.counters.sweptSettled, 3);
});

test('what nobody may see leaves the memory too', async () => {
  const stage = await Stage.open();
  await stage.publish([1, 2], inRam);
  await sweep(stage);
  assert.is(ramOf(stage).messages, 0);
});

test('(4): what expired is not sent, and leaves the memory', async () => {
  const stage = await Stage.open();
  const subKey = await stage.subscribe();
  await stage.publish([1], { ...inRam, expiration: 1 });
  await stage.publish([2], { ...inRam, expiration: 600 });
  await stage.world.clock.advance(1_500);
  assert.is(await stage.world.depth(subKey), 1);
  assert.equal(await stage.drain(await stage.attach(subKey)), [2]);
  await stage.world.clock.advance(limits.expiry_step_ms);
  assert.is(ramOf(stage).messages, 0);
});

test('a nacked message comes again with its count, and no row of it is on disk', async () => {
  const stage = await Stage.open();
  const sink = await stage.attach(await stage.subscribe());
  const [published] = await stage.publish([1], inRam);
  assert.ok(published && 'msgId' in published);
  sink.deliveries[0]!.attempt.ackedExcept([{ msgId: published.msgId, delay: 5 }]);
  await stage.world.clock.advance(5_100);
  assert.equal(sink.data, [[1], [1]]);
  assert.is(sink.deliveries[1]!.messages[0]!.delivery_count, 2);
  const rows = operations(stage.world).flatMap(each => (each.kind === 'settle' ? (each.overlayPut ?? []) : []));
  assert.equal(rows, []);
  sink.deliveries[1]!.attempt.acked();
  await sweep(stage);
  assert.is(ramOf(stage).messages, 0);
});

test('what was nacked waits through the absence of its receiver', async () => {
  const stage = await Stage.open();
  const subKey = await stage.subscribe();
  const sink = await stage.attach(subKey);
  await stage.publish([1], inRam);
  sink.deliveries[0]!.attempt.failed('no', 60);
  await stage.world.drop(sink);
  await stage.world.clock.advance(limits.linger_ms + 10_000);
  assert.is(stage.world.broker.subscriptions.peek(1), undefined, 'it is in memory no more');
  const again = await stage.attach(subKey);
  await stage.world.clock.advance(60_000);
  assert.equal(again.data, [[1]]);
  assert.is(again.deliveries[0]!.messages[0]!.delivery_count, 2);
});

test('a message is edited, held to its version, and deleted like any other (8)', async () => {
  const stage = await Stage.open();
  const subKey = await stage.subscribe();
  const published = await stage.publish(['a', 'b', 'c'], inRam);
  const ids = published.map(one => ('msgId' in one ? one.msgId : ''));
  const { queue } = stage.world.broker;
  await stage.world.use(subKey, one => queue.update(one, ids[2]!, { data: '"changed"', priority: 9 }, 1));
  await stage.world.use(subKey, one => queue.delete(one, ids[0]!));
  assert.not.ok(JSON.stringify(stage.world.commits).includes('changed'), 'nor is the change on disk');
  assert.is(await stage.world.depth(subKey), 2);
  assert.equal(await stage.drain(await stage.attach(subKey)), ['changed', 'b']);
});

test('a message is for the mailboxes that it is addressed to, and leaves the memory with the last', async () => {
  const stage = await Stage.open();
  const [one, other, third] = [await stage.subscribe(), await stage.subscribe(), await stage.subscribe()];
  await stage.publish([1, 2], { ...inRam, deliverToSk: [one!, other!] });
  await stage.publish([3]);
  assert.equal(await stage.drain(await stage.attach(third!)), [3]);
  assert.equal(await stage.drain(await stage.attach(one!)), [1, 2, 3]);
  await sweep(stage);
  assert.is(ramOf(stage).messages, 2);
  assert.equal(await stage.drain(await stage.attach(other!)), [1, 2, 3]);
  await sweep(stage);
  assert.is(ramOf(stage).messages, 0);
});

test('an id is a duplicate, or a conflict, whichever of the kinds used it before', async () => {
  const stage = await Stage.open();
  await stage.subscribe();
  await stage.world.endpoint('another', ['pub=/**']);
  const another = stage.world.broker.endpoints.get('another');
  await stage.publish([1], { ...inRam, msgId: 'zpsm-ram' });
  await stage.publish([2], { msgId: 'zpsm-disk' });
  const again = await stage.publish([3], { msgId: 'zpsm-ram' });
  assert.equal(again, [{ msgId: 'zpsm-ram', isDuplicate: true }]);
  assert.equal(await stage.publish([4], { ...inRam, msgId: 'zpsm-disk' }), [{ msgId: 'zpsm-disk', isDuplicate: true }]);
  const [taken] = await stage.world.publish(another, { ...inRam, msgId: 'zpsm-ram' });
  assert.is(taken && 'error' in taken && taken.error.name, 'conflict');
  assert.is(ramOf(stage).messages, 1);
});

test('a message is acked by the id that its publisher gave', async () => {
  const stage = await Stage.open();
  const subKey = await stage.subscribe(['/t'], { delivery_method: 'pull' });
  await stage.publish([1], { ...inRam, msgId: 'zpsm-own' });
  const { puller } = stage.world.broker;
  await stage.world.run(puller.pull(stage.receiver, subKey, 10, 0, null));
  await stage.world.run(puller.ack(stage.receiver, subKey, ['zpsm-own']));
  assert.is(await stage.world.depth(subKey), 0);
});

test('what has failed often enough is a dead letter, on disk', async () => {
  const stage = await Stage.open();
  const letters = await stage.subscribe(['/holdfast/dead-letter']);
  const sink = await stage.attach(await stage.subscribe(['/t'], { delivery_max_retry: 1 }));
  await stage.publish([1], inRam);
  sink.deliveries[0]!.attempt.failed('no');
  await stage.world.clock.advance(100);
  await sweep(stage);
  assert.is(ramOf(stage).messages, 0);
  await stage.world.crash();
  assert.equal(await stage.drain(await stage.attach(letters)), [1]);
});

test('one with a delay is on disk, before and after it is due, and does not say otherwise', async () => {
  const stage = await Stage.open();
  const subKey = await stage.subscribe();
  const [published] = await stage.publish([1], { ...inRam, delay: 10 });
  assert.not.ok(published && 'isInRam' in published);
  await stage.world.crash();
  await stage.world.clock.advance(10_100);
  await stage.world.crash();
  assert.equal(await stage.drain(await stage.attach(subKey)), [1]);
});

for (const how of ['restart', 'crash'] as const) {
  test(`after a ${how} they are gone, with nothing that refers to them, and the others are there`, async () => {
    const stage = await Stage.open();
    const subKey = await stage.subscribe();
    const sink = await stage.attach(subKey);
    sink.isReady = true;
    for (const one of [1, 2, 3, 4, 5, 6]) await stage.publish([one], { hasGd: one % 2 === 0 });
    const [first, , third] = sink.deliveries;
    first!.attempt.failed('no', 600);
    third!.attempt.acked();
    await stage.world.clock.advance(100);
    assert.is(await stage.world.depth(subKey), 5);
    await stage.world.drop(sink);
    await stage.world[how]();
    assert.is(await stage.world.depth(subKey), 3);
    await stage.publish([7], inRam);
    assert.equal(await stage.drain(await stage.attach(subKey)), [2, 4, 6, 7]);
    await sweep(stage);
    assert.is(ramOf(stage).messages, 0);
    assert.is(await stage.world.depth(subKey), 0);
    assert.is(stage.world.failure, null);
  });
}

test('what was queued before a subscription was switched off and on, again and again, is still there', async () => {
  const stage = await Stage.open();
  const subKey = await stage.subscribe();
  await stage.publish([1], inRam);
  const { subscriber } = stage.world.broker;
  for (const active_status of ['disabled', 'pub-sub', 'disabled', 'pub-sub'] as const) {
    await stage.world.use(subKey, one => subscriber.change(one, { active_status }, []));
    await stage.publish([0], { topicName: '/other' });
  }
  await sweep(stage);
  await stage.world.clock.advance(limits.linger_ms + 1_000);
  assert.equal(await stage.drain(await stage.attach(subKey)), [1]);
});

test('while the disk is full they are refused like others, and come to nothing', async () => {
  let isFull = false;
  const stage = await Stage.open({ fault: () => (isFull ? 'full' : null) });
  const subKey = await stage.subscribe();
  isFull = true;
  const [refused] = await stage.publish([1], inRam);
  assert.is(refused && 'error' in refused && refused.error.name, 'storage_full');
  isFull = false;
  await stage.publish([2], inRam);
  assert.equal(await stage.drain(await stage.attach(subKey)), [2]);
});

test.run();
