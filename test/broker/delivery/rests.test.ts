import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { SubscriptionOptions } from '../../../src/broker/subscriptions/options.js';
import { RecordingReceivers } from '../../sim/recording-receivers.js';
import { Stage } from '../../sim/stage.js';

const rests = suite('a receiver that cannot be reached');

const receiver = { route: { url: 'http://there' } };

async function staged(options: Partial<SubscriptionOptions> = {}) {
  const receivers = new RecordingReceivers();
  const stage = await Stage.open({ receivers });
  const subKey = await stage.subscribe(['/t'], { receiver, wait_sock_err: [2, 5], ...options });
  const { clock } = stage.world;
  const overlayRows = () =>
    stage.world.commits.flat().flatMap(one => (one.kind === 'settle' ? (one.overlayPut ?? []) : [])).length;
  const attempt = () => receivers.sink.deliveries.at(-1)!.attempt;
  return { receivers, stage, subKey, clock, overlayRows, attempt };
}

rests('(5): lets the subscription rest, uses up no retry and makes no row', async () => {
  const { receivers, stage, subKey, clock, overlayRows, attempt } = await staged({ delivery_max_retry: 1 });
  await stage.publish([1, 2]);
  attempt().unreachable('connection refused');
  await stage.publish([3]);
  await clock.advance(1_999);
  assert.equal(receivers.sink.data, [[1, 2]]);
  await clock.advance(1);
  assert.equal(receivers.sink.data, [
    [1, 2],
    [1, 2, 3],
  ]);
  assert.equal(
    receivers.sink.deliveries[1]!.messages.map(one => one.delivery_count),
    [2, 2, 1],
  );
  assert.is(overlayRows(), 0);
  assert.is(stage.world.broker.counters.unreachable, 1);
  assert.is(await stage.world.use(subKey, async one => one.lastError), 'connection refused');
});

rests('(5): goes through its schedule, which starts anew after a success', async () => {
  const { receivers, stage, clock, attempt } = await staged();
  await stage.publish([1]);
  const waits: number[] = [];
  for (let round = 0; round < 5; round += 1) {
    if (round === 3) {
      attempt().acked();
      await stage.publish([2]);
    }
    const { length } = receivers.sink.deliveries;
    attempt().unreachable('gone');
    let waited = 0;
    for (; receivers.sink.deliveries.length === length; waited += 500) await clock.advance(500);
    waits.push(waited);
  }
  assert.equal(waits, [2_000, 5_000, 5_000, 2_000, 5_000]);
});

rests('waits as long as it was told, in place of its schedule', async () => {
  const { receivers, stage, clock, attempt } = await staged();
  await stage.publish([1]);
  attempt().unreachable('busy', 30);
  await clock.advance(29_999);
  assert.is(receivers.sink.deliveries.length, 1);
  await clock.advance(1);
  assert.is(receivers.sink.deliveries.length, 2);
});

rests('(2): what is out besides ends first, and what it settles does not come again', async () => {
  const { receivers, stage, subKey, clock } = await staged({ delivery_batch_size: 1 });
  await stage.publish([1, 2, 3]);
  const [first, second, third] = receivers.sink.deliveries;
  first!.attempt.unreachable('gone');
  third!.attempt.unreachable('gone');
  await clock.advance(60_000);
  assert.is(receivers.sink.deliveries.length, 3, 'the second may still settle');
  second!.attempt.acked();
  await clock.quiet();
  assert.equal(receivers.sink.data, [[1], [2], [3], [1], [3]]);
  assert.equal(await stage.drain(receivers.sink).then(data => data.slice(-2)), [1, 3]);
  assert.is(await stage.world.depth(subKey), 0);
});

rests('attempts that were out together count once', async () => {
  const { receivers, stage, clock } = await staged({ delivery_batch_size: 1 });
  await stage.publish([1, 2, 3]);
  for (const { attempt } of [...receivers.sink.deliveries]) attempt.unreachable('gone');
  await clock.advance(1_999);
  assert.is(receivers.sink.deliveries.length, 3);
  await clock.advance(1);
  assert.is(receivers.sink.deliveries.length, 6);
});

rests('(3): what comes meanwhile waits, and the first afterwards is the highest', async () => {
  const { receivers, stage, clock, attempt } = await staged({ delivery_batch_size: 1, max_in_flight: 1 });
  await stage.publish([1]);
  attempt().unreachable('gone');
  await stage.publish([9], { priority: 9 });
  await clock.advance(2_000);
  assert.equal(receivers.sink.data, [[1], [9]]);
});

rests('a change of its options ends the rest, and so does a switch to pull', async () => {
  const { receivers, stage, subKey, attempt } = await staged({ wait_sock_err: 3_600 });
  const change = (changed: Partial<SubscriptionOptions>) =>
    stage.world.use(subKey, one => stage.world.broker.subscriber.change(one, changed, []));
  await stage.publish([1]);
  attempt().unreachable('gone');
  await change({ delivery_batch_size: 7 });
  assert.equal(receivers.sink.data, [[1], [1]]);
  attempt().unreachable('gone');
  await change({ delivery_method: 'pull' });
  const pulled = await stage.world.run(stage.world.broker.puller.pull(stage.receiver, subKey, 5, 0, null));
  assert.is((JSON.parse(pulled) as unknown[]).length, 1);
});

rests('(5): a message that failed before keeps its attempts, and comes again after the rest', async () => {
  const { receivers, stage, subKey, clock, attempt } = await staged({ wait_non_sock_err: 1, delivery_max_retry: 2 });
  await stage.publish([1]);
  attempt().failed('500');
  await clock.advance(1_000);
  attempt().unreachable('gone');
  assert.equal(await stage.browse(subKey).then(([one]) => one!.attempts), 1);
  await clock.advance(2_000);
  assert.equal(receivers.sink.data, [[1], [1], [1]]);
  assert.is(receivers.sink.deliveries[2]!.messages[0]!.delivery_count, 3);
  attempt().failed('500');
  await clock.quiet();
  assert.is(stage.world.broker.counters.deadLettered, 1);
});

rests('(5): with delivery_err_should_block the lane goes on in order', async () => {
  const { receivers, stage, clock, attempt } = await staged({
    delivery_batch_size: 1,
    delivery_err_should_block: true,
  });
  await stage.publish([1, 2]);
  attempt().unreachable('gone');
  await clock.advance(2_000);
  assert.equal(await stage.drain(receivers.sink), [1, 1, 2]);
});

rests('a failed attempt may name its own wait', async () => {
  const { receivers, stage, clock, attempt } = await staged();
  await stage.publish([1]);
  attempt().failed('429', 7);
  await clock.advance(6_999);
  assert.is(receivers.sink.deliveries.length, 1);
  await clock.advance(1);
  assert.is(receivers.sink.deliveries.length, 2);
});

rests('nobody waits any more once the subscription has gone', async () => {
  const { stage, subKey, clock, attempt } = await staged();
  await stage.publish([1]);
  const { timers } = clock;
  attempt().unreachable('gone');
  await stage.world.run(stage.world.broker.subscriber.delete(stage.receiver, subKey, null));
  await clock.advance(100);
  assert.ok(clock.timers <= timers);
});

rests.run();
