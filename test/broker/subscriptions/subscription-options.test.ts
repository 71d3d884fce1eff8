import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { deadLetterTopic } from '../../../src/broker/delivery/dead-letters.js';
import { Taker, ways } from '../../sim/taker.js';

const test = suite('subscription options');

for (const way of ways) {
  test(`${way}: pub-only queues and does not deliver`, async () => {
    const taker = await Taker.open(way, { active_status: 'pub-only' });
    await taker.stage.publish([1, 2]);
    assert.equal(await taker.data(), []);
    await taker.change({ active_status: 'pub-sub' });
    assert.equal(await taker.data(), [[1, 2]]);
  });

  test(`${way}: sub-only delivers what is there and queues nothing new`, async () => {
    const taker = await Taker.open(way, { active_status: 'pub-only' });
    await taker.stage.publish([1]);
    await taker.change({ active_status: 'sub-only' });
    await taker.stage.publish([2]);
    assert.equal(await taker.data(), [[1]]);
    await taker.change({ active_status: 'pub-sub' });
    await taker.stage.publish([3]);
    assert.equal(await taker.data(), [[3]], 'what was published meanwhile is not for it');
  });

  test(`${way}: disabled does neither, and what waits is kept`, async () => {
    const taker = await Taker.open(way, { active_status: 'pub-only' });
    await taker.stage.publish([1]);
    await taker.change({ active_status: 'disabled' });
    await taker.stage.publish([2]);
    assert.equal(await taker.data(), []);
    assert.is(await taker.stage.world.depth(taker.subKey), 1);
    await taker.change({ active_status: 'pub-sub' });
    assert.equal(await taker.data(), [[1]]);
  });

  test(`${way}: a batch holds no more than delivery_batch_size, also once that was changed`, async () => {
    const taker = await Taker.open(way, { delivery_batch_size: 2, active_status: 'pub-only' });
    await taker.stage.publish([1, 2, 3]);
    await taker.change({ active_status: 'pub-sub' });
    assert.equal(await taker.data(), [[1, 2], [3]]);
    await taker.change({ delivery_batch_size: 1 });
    await taker.stage.publish([4, 5]);
    assert.equal(await taker.data(), [[4], [5]]);
  });

  test(`${way}: no more than max_in_flight are out, also once that was changed (6)`, async () => {
    const taker = await Taker.open(way, { max_in_flight: 2 });
    await taker.stage.publish([1, 2, 3, 4]);
    const [first] = await taker.taken();
    assert.is(first!.messages.length, 2);
    await taker.change({ max_in_flight: 3 });
    assert.equal(await taker.data(), [[3]]);
    await first!.settle(true);
    assert.equal(await taker.data(), [[4]]);
  });

  test(`${way}: a batch has no more than max_frame_bytes, but for one message that has`, async () => {
    const taker = await Taker.open(way, { max_frame_bytes: 1_000, active_status: 'pub-only' });
    await taker.stage.publish(['a'.repeat(2_000), 'b', 'c']);
    await taker.change({ active_status: 'pub-sub' });
    assert.equal(
      (await taker.data()).map(batch => batch.length),
      [1, 2],
    );
  });

  test(`${way}: after delivery_max_retry attempts a message becomes a dead letter`, async () => {
    const taker = await Taker.open(way, { delivery_max_retry: 2, wait_non_sock_err: 1 });
    const letters = await taker.stage.subscribe([deadLetterTopic]);
    await taker.stage.publish([1]);
    for (let attempt = 1; attempt <= 2; attempt += 1) {
      const [batch] = await taker.taken();
      assert.is(batch!.messages[0]!.delivery_count, attempt);
      await batch!.settle(false);
      await taker.stage.world.clock.advance(1_000);
    }
    assert.equal(await taker.data(), []);
    const sink = await taker.stage.attach(letters);
    const { dead_letter } = sink.deliveries[0]!.messages[0]!;
    assert.equal([dead_letter!.reason, dead_letter!.attempts], ['delivery_max_retry', 2]);
    assert.is(await taker.stage.world.depth(taker.subKey), 0);
  });

  test(`${way}: a failed message waits as wait_non_sock_err says, and does not hold the others`, async () => {
    const taker = await Taker.open(way, { wait_non_sock_err: [2, 5], delivery_batch_size: 1 });
    await taker.stage.publish([1, 2]);
    const [first, second] = await taker.taken();
    await first!.settle(false);
    await second!.settle(true);
    await taker.stage.world.clock.advance(1_999);
    assert.equal(await taker.data(), []);
    await taker.stage.world.clock.advance(1);
    const [again] = await taker.taken();
    await again!.settle(false);
    await taker.stage.world.clock.advance(4_999);
    assert.equal(await taker.data(), []);
    await taker.stage.world.clock.advance(1);
    assert.equal(await taker.data(), [[1]]);
  });

  test(`${way}: with delivery_err_should_block what follows a failed message waits for it (3)`, async () => {
    const taker = await Taker.open(way, {
      delivery_err_should_block: true,
      delivery_batch_size: 1,
      wait_non_sock_err: 2,
    });
    await taker.stage.publish([1, 2]);
    const [first] = await taker.taken();
    await first!.settle(false);
    await taker.stage.world.clock.advance(1_000);
    assert.equal(await taker.data(), []);
    await taker.stage.world.clock.advance(1_000);
    const [again, ...none] = await taker.taken();
    assert.equal([again!.messages[0]!.data, none.length], [1, 0]);
    await again!.settle(true);
    assert.equal(await taker.data(), [[2]]);
  });

  test(`${way}: over max_depth the oldest of the lowest priority leave, counted and told`, async () => {
    const taker = await Taker.open(way, { max_depth: 2, active_status: 'pub-only' });
    await taker.stage.publish([1], { priority: 9 });
    await taker.stage.publish([2, 3, 4]);
    await taker.stage.world.clock.advance(3_000);
    assert.is(taker.stage.world.broker.counters.overDepth, 2);
    const told = { kind: 'dropped', subKey: taker.subKey, count: 2, reason: 'max_depth' };
    assert.equal(taker.sink?.told ?? [told], [told]);
    await taker.change({ active_status: 'pub-sub' });
    assert.equal((await taker.data()).flat(), [1, 4]);
  });
}

test('pull: a message that is not settled within ack_wait comes again, and uses up no retry (5)', async () => {
  const taker = await Taker.open('pull', { ack_wait: 3, delivery_max_retry: 1 });
  await taker.stage.publish([1]);
  assert.equal(await taker.data(), [[1]]);
  await taker.change({ ack_wait: 1 });
  await taker.stage.world.clock.advance(2_999);
  assert.equal(await taker.data(), [], 'what is out keeps the wait that it went out with');
  await taker.stage.world.clock.advance(1);
  assert.equal(await taker.data(), [[1]]);
  await taker.stage.world.clock.advance(1_000);
  assert.equal(await taker.data(), [[1]]);
});

test('a receiver is delivered again after a crash in the middle of a switch, either way (1)', async () => {
  for (const outcome of ['lost', 'kept'] as const) {
    const taker = await Taker.open('receiver', { delivery_batch_size: 1 });
    const { world } = taker.stage;
    await taker.stage.publish([1, 2, 3]);
    const [first] = await taker.taken();
    await first!.settle(true);
    await world.clock.advance(100);
    for (const delivery_method of ['pull', 'notify'] as const) {
      const { subscriptions, subscriber } = world.broker;
      const switching = subscriptions.use({ subKey: taker.subKey }, one =>
        subscriber.change(one, { delivery_method }, []),
      );
      // The process is killed while it is on its way to the disk.
      switching.catch(() => {});
      await Promise.resolve();
      await world.crash(outcome);
    }
    await world.use(taker.subKey, one => world.broker.subscriber.change(one, { delivery_method: 'pull' }, []));
    const pulled = await world.run(world.broker.puller.pull(taker.stage.receiver, taker.subKey, 10, 0, null));
    assert.equal(
      (JSON.parse(pulled) as { data: unknown }[]).map(({ data }) => data),
      [2],
      'one at a time',
    );
    assert.is(await world.depth(taker.subKey), 2, 'all that was not settled, and no more');
  }
});

test.run();
