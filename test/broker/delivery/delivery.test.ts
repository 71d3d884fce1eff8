import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Stage } from '../../sim/stage.js';

const delivery = suite('delivery');

delivery('(3): on attach the first message is the highest of all topics', async () => {
  const stage = await Stage.open({ limits: { page_messages: 2 } });
  const subKey = await stage.subscribe(['/a', '/b'], { delivery_batch_size: 2 });
  await stage.publish([1, 2, 3], { topicName: '/a', priority: 3 });
  await stage.publish([4, 5], { topicName: '/b', priority: 7 });
  await stage.publish([6], { topicName: '/a', priority: 9 });
  const sink = await stage.attach(subKey);
  assert.equal(sink.data[0]![0], 6);
  assert.equal(await stage.drain(sink), [6, 4, 5, 1, 2, 3]);
});

delivery('(3): on attach the first message is the highest also if it comes again', async () => {
  const stage = await Stage.open();
  const subKey = await stage.subscribe(['/t'], { wait_non_sock_err: 0, max_in_flight: 1 });
  await stage.publish([9], { priority: 9 });
  await stage.publish([5, 6], { priority: 5 });
  const first = await stage.attach(subKey);
  first.deliveries[0]!.attempt.failed('no');
  await stage.world.drop(first);
  const second = await stage.attach(subKey);
  assert.equal(second.data, [[9]]);
});

delivery('(6): no more is out than max_in_flight', async () => {
  const stage = await Stage.open();
  const subKey = await stage.subscribe(['/t'], { max_in_flight: 3, delivery_batch_size: 2 });
  await stage.publish([1, 2, 3, 4, 5]);
  const sink = await stage.attach(subKey);
  assert.equal(sink.data, [[1, 2], [3]]);
  sink.deliveries[1]!.attempt.acked();
  await stage.world.clock.quiet();
  assert.equal(sink.data, [[1, 2], [3], [4]]);
});

delivery('(6): a large message goes alone, and a frame holds no more than it may', async () => {
  const stage = await Stage.open();
  const subKey = await stage.subscribe(['/t'], { max_frame_bytes: 1_000 });
  await stage.publish(['a'.repeat(5_000), 'b', 'c']);
  const sink = await stage.attach(subKey);
  assert.equal(
    sink.data.map(batch => batch.length),
    [1, 2],
  );
});

delivery('(6): a sink that is not ready gets nothing until it is', async () => {
  const stage = await Stage.open();
  const subKey = await stage.subscribe();
  const sink = await stage.attach(subKey);
  sink.isReady = false;
  await stage.publish([1, 2]);
  assert.equal(sink.data, []);
  sink.isReady = true;
  await stage.world.use(subKey, async one => stage.world.broker.subscriptions.wake(one));
  assert.equal(sink.data, [[1, 2]]);
});

delivery('(3): a nacked message comes again when its time has come, and does not hold the others', async () => {
  const stage = await Stage.open();
  const subKey = await stage.subscribe(['/t'], { delivery_batch_size: 1, wait_non_sock_err: [2, 5] });
  const sink = await stage.attach(subKey);
  await stage.publish([1, 2]);
  sink.deliveries[0]!.attempt.failed('no');
  sink.deliveries[1]!.attempt.acked();
  await stage.world.clock.advance(1_999);
  assert.equal(sink.data, [[1], [2]]);
  await stage.world.clock.advance(1);
  assert.equal(sink.data, [[1], [2], [1]]);
  assert.is(sink.deliveries[2]!.messages[0]!.delivery_count, 2);
  sink.deliveries[2]!.attempt.failed('no');
  await stage.world.clock.advance(4_999);
  assert.is(sink.deliveries.length, 3, 'the schedule says 5 s after the second attempt');
  await stage.world.clock.advance(1);
  assert.is(sink.deliveries[3]!.messages[0]!.delivery_count, 3);
});

delivery('(3): with delivery_err_should_block a lane has one batch out, and waits for what failed', async () => {
  const stage = await Stage.open();
  const options = { delivery_err_should_block: true, delivery_batch_size: 1, wait_non_sock_err: 2 };
  const subKey = await stage.subscribe(['/t'], options);
  const sink = await stage.attach(subKey);
  await stage.publish([1, 2], { priority: 5 });
  await stage.publish([3], { priority: 8 });
  assert.equal(sink.data, [[1], [3]], 'lanes do not wait for each other');
  sink.deliveries[0]!.attempt.failed('no');
  await stage.world.clock.advance(1_999);
  assert.equal(sink.data, [[1], [3]]);
  await stage.world.clock.advance(1);
  assert.equal(sink.data, [[1], [3], [1]], 'the failed one comes first');
  sink.deliveries[2]!.attempt.acked();
  await stage.world.clock.quiet();
  assert.equal(sink.data, [[1], [3], [1], [2]]);
});

delivery('(5): the end of a socket uses up no retry and writes no overlay row', async () => {
  const stage = await Stage.open();
  const subKey = await stage.subscribe(['/t'], { delivery_max_retry: 1 });
  await stage.publish([1]);
  for (let socket = 1; socket <= 5; socket += 1) {
    const sink = await stage.attach(subKey);
    assert.is(sink.deliveries[0]!.messages[0]!.delivery_count, socket);
    await stage.world.drop(sink);
  }
  assert.equal(await stage.browse(subKey).then(([message]) => message!.state), 'ready');
  const rows = stage.world.commits.flat().flatMap(one => (one.kind === 'settle' ? (one.overlayPut ?? []) : []));
  assert.is(rows.length, 0);
});

delivery('(5): after a crash the count is never too low', async () => {
  const stage = await Stage.open({ limits: { sent_mark_block: 4 } });
  const subKey = await stage.subscribe();
  let sink = await stage.attach(subKey);
  await stage.publish([1, 2, 3]);
  for (let crashes = 1; crashes <= 3; crashes += 1) {
    await stage.world.crash();
    sink = await stage.attach(subKey);
    for (const { delivery_count } of sink.deliveries.flatMap(one => one.messages)) {
      assert.ok(delivery_count > crashes, `${delivery_count} after ${crashes} crashes`);
    }
  }
});

delivery('(7): who takes over is the owner; the one before is told, and settles nothing any more', async () => {
  const stage = await Stage.open();
  const subKey = await stage.subscribe();
  const first = await stage.attach(subKey);
  await stage.publish([1]);
  const second = await stage.attach(subKey);
  assert.equal(first.told, [{ kind: 'detached', subKey, reason: 'taken_over' }]);
  first.deliveries[0]!.attempt.acked();
  await stage.world.clock.advance(50);
  assert.is(await stage.world.depth(subKey), 1);
  assert.is(stage.world.broker.counters.strayResponses, 1);
  assert.is(second.deliveries[0]!.messages[0]!.delivery_count, 2);
});

delivery('(7): attaching what the sink already has changes nothing', async () => {
  const stage = await Stage.open();
  const subKey = await stage.subscribe();
  const sink = await stage.attach(subKey);
  await stage.publish([1]);
  await stage.world.attach(stage.receiver, subKey, sink);
  assert.equal(sink.told, []);
  assert.equal(sink.data, [[1]]);
  sink.deliveries[0]!.attempt.acked();
  await stage.world.clock.quiet();
  assert.is(await stage.world.depth(subKey), 0);
});

delivery('(2): a nack is on disk with the lane that it left, also when someone takes over at once', async () => {
  const stage = await Stage.open();
  const subKey = await stage.subscribe();
  const first = await stage.attach(subKey);
  await stage.publish([1]);
  first.deliveries[0]!.attempt.failed('no');
  await stage.attach(subKey);
  await stage.world.crash();
  assert.is(await stage.world.depth(subKey), 1);
});

delivery.run();
