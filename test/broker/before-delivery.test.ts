import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { DeliveryVerdict, HookName } from '../../src/broker/hooks.js';
import type { SubscriptionOptions } from '../../src/broker/options.js';
import type { Limits } from '../../src/protocol/limits.js';
import { changed, HookDouble, unchanged } from '../sim/hook-double.js';
import { Stage } from '../sim/stage.js';

const test = suite('broker: before_delivery');

async function setStage(options: Partial<SubscriptionOptions> = {}, limits: Partial<Limits> = {}) {
  const hooks = new HookDouble({ '/t': ['before_delivery'] as HookName[] });
  const stage = await Stage.open({ hooks: hooks.parts, limits });
  const subKey = await stage.subscribe(['/t', '/plain'], options);
  const sink = await stage.attach(subKey);
  const { broker, clock } = stage.world;
  /** Answers the oldest call that has no answer. */
  const answer = async (verdict: DeliveryVerdict) => {
    hooks.deliveries.shift()!.answer(verdict);
    await clock.quiet();
  };
  const pull = (max: number, waitMs = 0, signal: AbortSignal | null = null) =>
    broker.puller.pull(stage.receiver, subKey, max, waitMs, signal);
  return { hooks, stage, subKey, sink, broker, clock, answer, pull };
}

const skip = (delaySec: number | null = null) => ({ kind: 'skip', delaySec }) as const;
const failure = (cause: 'error' | 'timeout' | 'unavailable', error = 'no') =>
  ({ kind: 'failed', cause, error }) as const;
const deleted = { kind: 'delete' } as const;

function countsOf(sink: { deliveries: { messages: { data: unknown; delivery_count: number }[] }[] }) {
  return sink.deliveries.flatMap(({ messages }) => messages.map(one => [one.data, one.delivery_count]));
}

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

test('a pull gets what the hook makes of a message, and waits for it even if it would wait for nothing else', async () => {
  const { stage, clock, answer, pull, sink } = await setStage({ delivery_method: 'pull' });
  await stage.publish([1, 2]);
  assert.is(sink.deliveries.length, 0);
  const pulling = pull(10);
  await clock.quiet();
  await answer(changed({ data: 'one' }));
  await answer(deleted);
  const messages = JSON.parse(await pulling) as { data: unknown }[];
  assert.equal(
    messages.map(({ data }) => data),
    ['one'],
  );
});

test('a pull whose time is over while the hook thinks gets the messages, or, if none is left, nothing', async () => {
  const { stage, clock, answer, pull } = await setStage({ delivery_method: 'pull' });
  await stage.publish([1]);
  const first = pull(10, 1_000);
  await clock.advance(5_000);
  await answer(unchanged);
  assert.match(await first, '"data":1');
  await stage.publish([2]);
  const second = pull(10, 1_000);
  await clock.advance(5_000);
  await answer(deleted);
  assert.is(await second, '[]');
});

test('a patient pull waits on if the hook leaves nothing', async () => {
  const { stage, clock, answer, pull } = await setStage({ delivery_method: 'pull' });
  await stage.publish([1]);
  const pulling = pull(10, 60_000);
  await clock.quiet();
  await answer(deleted);
  await stage.publish([2]);
  await answer(unchanged);
  assert.match(await pulling, '"data":2');
});

test('who hangs up while the hook thinks is given nothing, and the message goes to the next', async () => {
  const { stage, clock, answer, pull } = await setStage({ delivery_method: 'pull' });
  await stage.publish([1]);
  const gone = new AbortController();
  const first = pull(10, 60_000, gone.signal);
  await clock.quiet();
  gone.abort();
  assert.is(await first, '[]');
  await answer(unchanged);
  const second = pull(10);
  await clock.quiet();
  await answer(unchanged);
  assert.match(await second, '"data":1');
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

test('a clean stop while the hook thinks loses nothing, and the late answer harms nothing', async () => {
  const { hooks, stage, subKey, clock, pull } = await setStage({ delivery_method: 'pull' });
  await stage.publish([1]);
  void pull(10, 60_000);
  await clock.quiet();
  const late = hooks.deliveries.shift()!;
  await stage.world.restart();
  late.answer(deleted);
  await clock.quiet();
  const pulling = stage.world.broker.puller.pull(stage.receiver, subKey, 10, 0, null);
  await stage.world.clock.quiet();
  hooks.deliveries.shift()!.answer(unchanged);
  await stage.world.clock.quiet();
  assert.match(await pulling, '"data":1');
});

test('topics without a hook of this kind are delivered at once', async () => {
  const { hooks, stage, sink } = await setStage();
  hooks.loaded.set('/t', ['before_publish']);
  hooks.version += 1;
  hooks.onPublish = () => unchanged;
  await stage.publish([1]);
  assert.equal([sink.data, hooks.deliveries.length], [[[1]], 0]);
});

test.run();
