import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { changed, unchanged } from '../../sim/hook-double.js';
import { countsOf, deleted, failure, setHookedStage as setStage, skip } from './hooked-stage.js';

const test = suite('broker: before_delivery');

test('a message is changed for one subscriber, and others get what was published', async () => {
  const { hooks, stage, sink } = await setStage();
  const other = await stage.attach(await stage.subscribe(['/t']));
  const mine = sink;
  hooks.onDelivery = (_, { subscription }) =>
    subscription.id === 1 ? changed({ data: 'a;b\n1;ü', mime_type: 'text/csv', correl_id: null }) : unchanged;
  await stage.publish([1], { correlId: 'c' });
  const [csv] = mine.deliveries[0]!.messages as unknown as Record<string, unknown>[];
  assert.equal([csv!.data, csv!.mime_type, csv!.size, csv!.correl_id], ['a;b\n1;ü', 'text/csv', 8, undefined]);
  const [whole] = other.deliveries[0]!.messages as unknown as Record<string, unknown>[];
  assert.equal([whole!.data, whole!.mime_type, whole!.size, whole!.correl_id], [1, 'application/json', 1, 'c']);
  assert.is(await stage.browse(mine.deliveries[0]!.subKey).then(([one]) => one!.data), 1, 'the log is as it was');
});

test('the hook sees the message with its count, and whose it is, but no key', async () => {
  const { hooks, stage, subKey } = await setStage();
  await stage.publish(['x']);
  const { call } = hooks.deliveries[0]!;
  assert.is(call.topicName, '/t');
  assert.equal(call.subscription, { id: 1, username: 'receiver', name: null, delivery_method: 'notify' });
  const message = JSON.parse(call.message) as Record<string, unknown>;
  assert.equal([message.data, message.delivery_count, message.topic_name], ['x', 1, '/t']);
  assert.match(message.msg_id as string, /^zpsm/);
  assert.not.match(JSON.stringify(call), subKey);
});

test('(3): later messages of the subscription wait behind the hook, and come in their order', async () => {
  const { hooks, stage, sink, answer } = await setStage();
  await stage.publish([1]);
  await stage.publish([2], { topicName: '/plain' });
  await stage.publish([3]);
  assert.equal([hooks.deliveries.length, sink.data], [1, []]);
  await answer(unchanged);
  assert.equal(sink.data, [[1]], 'the next batch has a hooked message too');
  await answer(unchanged);
  assert.equal(sink.data, [[1], [2, 3]]);
});

test('no other subscription waits', async () => {
  const { hooks, stage, sink } = await setStage();
  const other = await stage.attach(await stage.subscribe(['/plain']));
  await stage.publish([1]);
  await stage.publish([2], { topicName: '/plain' });
  assert.equal(hooks.deliveries.length, 1);
  assert.equal([sink.data, other.data], [[], [[2]]]);
});

test('a batch goes out once all of its verdicts are there, whichever comes first', async () => {
  const { hooks, stage, sink, clock } = await setStage();
  await stage.publish([1, 2, 3]);
  for (const asked of hooks.deliveries.reverse()) {
    assert.is(sink.deliveries.length, 0);
    asked.answer(changed({ data: (asked.data as number) * 10 }));
    await clock.quiet();
  }
  assert.equal(sink.data, [[10, 20, 30]]);
  sink.deliveries[0]!.attempt.acked();
  await clock.advance(20);
  assert.is(await stage.world.depth(sink.deliveries[0]!.subKey), 0);
});

test('(3): what has no room any more as hooks made it comes in the next frames, in its order, and counts as sent once', async () => {
  const { hooks, stage, sink, clock, subKey } = await setStage({ max_frame_bytes: 2_600 });
  hooks.onDelivery = data => changed({ data: `${data}${'x'.repeat(700)}` });
  await stage.publish([1, 2, 3, 4, 5]);
  assert.equal(
    sink.data.map(frame => frame.map(data => Number((data as string)[0]))),
    [[1, 2], [3, 4], [5]],
  );
  assert.ok(countsOf(sink).every(([, count]) => count === 1));
  for (const { attempt } of sink.deliveries) attempt.acked();
  await clock.advance(20);
  assert.is(await stage.world.depth(subKey), 0);
});

test('a single message may grow over max_frame_bytes, and goes alone', async () => {
  const { hooks, stage, sink } = await setStage({ max_frame_bytes: 2_000 });
  hooks.onDelivery = data => changed({ data: 'x'.repeat(3_000 + (data as number)) });
  await stage.publish([1, 2]);
  assert.equal(
    sink.data.map(frame => frame.map(data => (data as string).length)),
    [[3_001], [3_002]],
  );
});

test('a skipped message comes again after wait_non_sock_err, or the delay it was given, and no attempt is counted', async () => {
  const { hooks, stage, sink, clock, subKey } = await setStage({ wait_non_sock_err: 2, delivery_max_retry: 1 });
  const delays = new Map<unknown, number | null>([
    [1, null],
    [2, 5],
  ]);
  hooks.onDelivery = data => {
    const delay = delays.get(data);
    delays.delete(data);
    return delay === undefined ? unchanged : skip(delay);
  };
  await stage.publish([1, 2, 3]);
  assert.equal(sink.data, [[3]]);
  assert.equal(
    (await stage.browse(subKey)).map(one => one.attempts),
    [0, 0, 0],
  );
  await clock.advance(1_999);
  assert.equal(sink.data, [[3]]);
  await clock.advance(1);
  assert.equal(sink.data, [[3], [1]]);
  await clock.advance(3_000);
  assert.equal(countsOf(sink), [
    [3, 1],
    [1, 1],
    [2, 1],
  ]);
  assert.is(stage.world.broker.counters.hookSkipped, 2);
  assert.is(stage.world.broker.counters.nacked, 0);
});

test('a deleted message leaves this queue, for good and counted, and no other', async () => {
  const { hooks, stage, sink, subKey, clock, broker } = await setStage();
  const other = await stage.attach(await stage.subscribe(['/t']));
  hooks.onDelivery = (data, { subscription }) => (subscription.id === 1 && data === 2 ? deleted : unchanged);
  await stage.publish([1, 2, 3]);
  assert.equal([sink.data, other.data], [[[1, 3]], [[1, 2, 3]]]);
  assert.is(await stage.world.depth(subKey), 2);
  sink.deliveries[0]!.attempt.acked();
  await clock.advance(20);
  assert.is(await stage.world.depth(subKey), 0);
  assert.equal([broker.counters.hookDeleted, broker.counters.settled, broker.counters.delivered], [1, 2, 5]);
  await stage.world.crash();
  const again = await stage.attach(subKey);
  assert.is(again.deliveries.length, 0);
});

test('a batch of which nothing is left is not sent, and the next one comes', async () => {
  const { hooks, stage, sink } = await setStage({ delivery_batch_size: 2 });
  hooks.onDelivery = data => ((data as number) < 3 ? deleted : unchanged);
  await stage.publish([1, 2, 3]);
  assert.equal(sink.data, [[3]]);
});

for (const cause of ['error', 'timeout'] as const) {
  test(`a hook that fails (${cause}) is a failed attempt of that message alone`, async () => {
    const { hooks, stage, sink, subKey, clock, broker } = await setStage({ wait_non_sock_err: 1 });
    let isBroken = true;
    hooks.onDelivery = data => (data === 2 && isBroken ? failure(cause, 'cannot do twos') : unchanged);
    await stage.publish([1, 2, 3]);
    assert.equal(sink.data, [[1, 3]]);
    const rows = (await stage.browse(subKey)) as unknown as { attempts: number; last_error: string | null }[];
    const failed = rows.find(row => row.attempts > 0)!;
    assert.equal([failed.attempts, failed.last_error], [1, 'before_delivery: cannot do twos']);
    isBroken = false;
    await clock.advance(1_000);
    assert.equal(countsOf(sink), [
      [1, 1],
      [3, 1],
      [2, 2],
    ]);
    assert.is(broker.hookCounters.failures.before_delivery[cause], 1);
    assert.is(hooks.logged.length, 1);
  });
}

test('a message whose hook fails delivery_max_retry times is a dead letter', async () => {
  const { hooks, stage, sink, clock, broker } = await setStage({ wait_non_sock_err: 1, delivery_max_retry: 2 });
  const letters = await stage.attach(await stage.subscribe(['/holdfast/dead-letter']));
  hooks.onDelivery = () => failure('error', 'never');
  await stage.publish([1]);
  await clock.advance(2_000);
  assert.equal([sink.data, letters.data], [[], [[1]]]);
  const { dead_letter: letter } = letters.deliveries[0]!.messages[0]!;
  assert.equal([letter!.attempts, letter!.last_error], [2, 'before_delivery: never']);
  assert.is(broker.counters.deadLettered, 1);
});

test('hooks that cannot be run now use up no retry', async () => {
  const { hooks, stage, sink, clock } = await setStage({ wait_non_sock_err: 1, delivery_max_retry: 1 });
  hooks.onDelivery = () => failure('unavailable', 'restarting');
  await stage.publish([1]);
  await clock.advance(3_000);
  assert.is(sink.deliveries.length, 0);
  hooks.onDelivery = () => unchanged;
  await clock.advance(1_000);
  assert.equal(countsOf(sink), [[1, 1]]);
});

for (const attributes of [{ priority: 3 }, { expiration: 5 }, { topic_name: '/x' }, { mime_type: 'x'.repeat(3_000) }]) {
  test(`a change that does not fit is a failed attempt: ${JSON.stringify(attributes).slice(0, 30)}`, async () => {
    const { hooks, stage, sink, subKey } = await setStage();
    hooks.onDelivery = () => changed(attributes);
    await stage.publish([1]);
    assert.equal([sink.data, (await stage.browse(subKey))[0]!.attempts], [[], 1]);
  });
}

for (const delaySec of [-1, Number.NaN, 1e12]) {
  test(`a skip for ${delaySec} s is a failed attempt`, async () => {
    const { hooks, stage, sink, subKey } = await setStage();
    hooks.onDelivery = () => skip(delaySec);
    await stage.publish([1]);
    assert.equal([sink.data, (await stage.browse(subKey))[0]!.attempts], [[], 1]);
  });
}

test('(2): the response to a batch settles nothing that a hook kept out of it', async () => {
  const { hooks, stage, sink, clock, subKey, answer } = await setStage({ wait_non_sock_err: 1 });
  hooks.onDelivery = () => failure('error');
  await stage.publish([1, 2]);
  hooks.onDelivery = data => (data === 2 ? skip(0) : unchanged);
  await clock.advance(999);
  const { onDelivery } = hooks;
  hooks.onDelivery = null;
  await clock.advance(1);
  await answer(onDelivery(1, hooks.deliveries[0]!.call));
  await answer(onDelivery(2, hooks.deliveries[0]!.call));
  assert.equal([sink.data, hooks.deliveries.length], [[[1]], 1], 'the skipped one is with the hook again');
  sink.deliveries[0]!.attempt.acked();
  await clock.advance(20);
  assert.is(await stage.world.depth(subKey), 1);
  await answer(unchanged);
  assert.equal(countsOf(sink), [
    [1, 2],
    [2, 2],
  ]);
});

test('delivery_err_should_block: what comes after a message that is put off waits with it', async () => {
  const { hooks, stage, sink, clock } = await setStage({ delivery_err_should_block: true, wait_non_sock_err: 2 });
  let isBroken = true;
  hooks.onDelivery = data => (data === 2 && isBroken ? failure('error') : unchanged);
  await stage.publish([1, 2, 3]);
  assert.equal(sink.data, [[1]]);
  sink.deliveries[0]!.attempt.acked();
  await clock.advance(1_999);
  assert.equal(sink.data, [[1]]);
  isBroken = false;
  await clock.advance(1);
  assert.equal(countsOf(sink), [
    [1, 1],
    [2, 2],
    [3, 1],
  ]);
});

test('(7): the answer of a hook is of no use once the receiver has gone, and the next one is asked anew', async () => {
  const { hooks, stage, sink, subKey, clock } = await setStage();
  await stage.publish([1]);
  await stage.world.drop(sink);
  const next = await stage.attach(subKey);
  assert.is(hooks.deliveries.length, 2, 'the new receiver does not wait for the answer that the old one was to get');
  hooks.deliveries.shift()!.answer(deleted);
  await clock.quiet();
  assert.is(await stage.world.depth(subKey), 1, 'nobody deleted it for the new receiver');
  hooks.deliveries.shift()!.answer(unchanged);
  await clock.quiet();
  assert.equal([sink.data, next.data], [[], [[1]]]);
});

test('(8): what is deleted or cleared while the hook thinks is not sent', async () => {
  const { hooks, stage, sink, subKey, broker, answer } = await setStage();
  const [first] = await stage.publish([1, 2]);
  const { msgId } = first as { msgId: string };
  await stage.world.use(subKey, one => broker.queue.delete(one, msgId));
  await answer(unchanged);
  await answer(unchanged);
  assert.equal(sink.data, [[2]]);
  await stage.publish([3, 4]);
  await stage.world.use(subKey, one => broker.queue.clear(one));
  await answer(changed({ data: 'late' }));
  await answer(failure('error'));
  assert.equal(sink.data, [[2]]);
  assert.is(hooks.deliveries.length, 0);
  await stage.publish([5]);
  await answer(unchanged);
  assert.equal(sink.data, [[2], [5]]);
});

test('(4): what expires while the hook thinks is not sent', async () => {
  const { stage, sink, clock, broker, answer, subKey } = await setStage();
  await stage.publish([1], { expiration: 1 });
  await clock.advance(1_001);
  await answer(unchanged);
  assert.equal([sink.data, broker.counters.expired], [[], 1]);
  assert.is(await stage.world.depth(subKey), 0);
});

test('a subscription that is deleted while the hook thinks is told nothing more', async () => {
  const { stage, sink, subKey, broker, answer } = await setStage();
  await stage.publish([1]);
  await stage.world.run(broker.subscriber.delete(stage.receiver, subKey, null));
  await answer(changed({ data: 2 }));
  assert.equal(sink.data, []);
});

test('(6): so many calls are under way, and so much waits, before other batches wait in their queues', async () => {
  const { hooks, stage, sink, answer } = await setStage({}, { hook_calls_max: 1, hook_bytes_max: 1 });
  const other = await stage.attach(await stage.subscribe(['/t']));
  hooks.onDelivery = () => unchanged;
  await stage.publish([0]);
  hooks.onDelivery = null;
  await stage.publish([1]);
  assert.is(hooks.deliveries.length, 1);
  await answer(unchanged);
  assert.equal([sink.data, other.data], [[[0], [1]], [[0]]]);
  await answer(unchanged);
  assert.equal(
    [sink.data, other.data],
    [
      [[0], [1]],
      [[0], [1]],
    ],
  );
});

test('a crash while the hook thinks loses nothing', async () => {
  const { hooks, stage, subKey } = await setStage();
  await stage.publish([1]);
  assert.is(hooks.deliveries.length, 1);
  await stage.world.crash();
  hooks.onDelivery = () => changed({ data: 'again' });
  const sink = await stage.attach(subKey);
  assert.equal(sink.data, [['again']]);
});

test('topics without a hook of this kind are delivered at once', async () => {
  const { hooks, stage, sink } = await setStage();
  hooks.loaded.set('/t', ['before_publish']);
  hooks.version += 1;
  hooks.onPublish = () => unchanged;
  await stage.publish([1]);
  assert.equal([sink.data, hooks.deliveries.length], [[[1]], 0]);
});

test('what a topic brought leaves with it, also while a hook is asked', async () => {
  const { stage, sink, broker, subKey, answer, clock } = await setStage();
  await stage.publish([1]);
  await stage.world.run(broker.subscriber.unsubscribe(stage.receiver, subKey, '/t'));
  assert.is(broker.counters.unsubscribed, 1);
  await answer(unchanged);
  assert.equal(sink.data, []);
  await stage.publish([2], { topicName: '/plain' });
  assert.equal(sink.data, [[2]]);
  sink.deliveries[0]!.attempt.acked();
  await clock.advance(20);
  assert.equal([await stage.world.depth(subKey), broker.subscriptions.peek(1)!.inFlight], [0, 0]);
});

test('(7): a receiver that goes at any moment around a verdict leaves the message to the next one', async () => {
  for (let moment = 0; moment < 20; moment += 1) {
    const { hooks, stage, sink, broker, subKey, clock } = await setStage();
    await stage.publish([1]);
    hooks.deliveries.shift()!.answer(unchanged);
    for (let waited = 0; waited < moment; waited += 1) await Promise.resolve();
    broker.attachments.detach(broker.subscriptions.peek(1)!, sink);
    await clock.quiet();
    hooks.onDelivery = () => unchanged;
    assert.equal((await stage.attach(subKey)).data, [[1]], `moment ${moment}`);
  }
});

test('(5), (6): a receiver that got too much while a hook was asked gets the message when it has room, as sent once', async () => {
  const { hooks, stage, sink, answer, clock, subKey } = await setStage();
  await stage.publish([1]);
  sink.isReady = false;
  await answer(unchanged);
  assert.equal([sink.data, hooks.deliveries.length], [[], 0], 'no hook is asked for who has no room');
  sink.isReady = true;
  await stage.publish([2]);
  await answer(unchanged);
  await answer(unchanged);
  assert.equal(countsOf(sink), [
    [1, 1],
    [2, 1],
  ]);
  for (const { attempt } of sink.deliveries) attempt.acked();
  await clock.advance(20);
  assert.is(await stage.world.depth(subKey), 0);
});

test.run();
