import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { limits } from '../../src/protocol/limits.js';
import type { Received } from '../sim/recording-sink.js';
import { Stage } from '../sim/stage.js';

const bounds = suite('bounds of a queue');

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

/** Lets the sweeper go over everything. */
async function sweep({ world }: Stage): Promise<void> {
  await world.clock.advance(limits.sweep_interval_ms + 100);
}

bounds('max_depth: the oldest of the lowest priority leave, are counted, and the owner is told', async () => {
  const stage = await Stage.open();
  const subKey = await stage.subscribe(['/t'], { max_depth: 4, max_in_flight: 1 });
  await stage.publish([1, 2], { priority: 9 });
  await stage.publish([3, 4, 5, 6], { priority: 2 });
  await sweep(stage);
  assert.is(await stage.world.depth(subKey), 4);
  assert.is(stage.world.broker.counters.overDepth, 2);
  const sink = await stage.attach(subKey);
  assert.equal(await stage.drain(sink), [1, 2, 5, 6]);
  await stage.publish(numbers(7));
  await sweep(stage);
  const told = sink.told.find(one => one.kind === 'dropped');
  assert.equal(told, { kind: 'dropped', subKey, count: 3, reason: 'max_depth' });
});

bounds('max_depth: what is in flight stays', async () => {
  const stage = await Stage.open();
  const subKey = await stage.subscribe(['/t'], { max_depth: 1, max_in_flight: 3 });
  const sink = await stage.attach(subKey);
  await stage.publish(numbers(6));
  await sweep(stage);
  sink.deliveries[0]!.attempt.acked();
  await stage.world.clock.advance(20);
  assert.equal(sink.data.flat(), [1, 2, 3]);
});

bounds('max_depth: what leaves does not come out of a page that was fetched before', async () => {
  const stage = await Stage.open();
  const { world } = stage;
  const subKey = await stage.subscribe(['/t'], { max_depth: 2 });
  await stage.publish(numbers(6));
  const sink = world.sink();
  sink.isReady = false;
  await world.attach(stage.receiver, subKey, sink);
  await sweep(stage);
  assert.is(world.broker.counters.overDepth, 4);
  sink.isReady = true;
  await world.use(subKey, async subscription => world.broker.subscriptions.wake(subscription));
  assert.equal(await stage.drain(sink), [5, 6]);
});

bounds('(6): what leaves behind a message in flight is one range, whatever lies between', async () => {
  const stage = await Stage.open();
  const { world } = stage;
  const subKey = await stage.subscribe(['/t'], { max_depth: 2, max_in_flight: 1 });
  const sink = await stage.attach(subKey);
  for (const one of numbers(9)) {
    await stage.publish([one]);
    await stage.publish([0], { topicName: '/other' });
  }
  await sweep(stage);
  assert.is(world.broker.counters.overDepth, 7);
  assert.is(await world.use(subKey, async ({ lanes }) => lanes.aheadSize), 1);
  assert.equal(await stage.drain(sink), [1, 9]);
});

bounds('(6): what expired behind a message in flight is one range, whatever lies between', async () => {
  const stage = await Stage.open();
  const { world } = stage;
  const subKey = await stage.subscribe();
  const sink = await stage.attach(subKey);
  await stage.publish([1]);
  sink.isReady = false;
  for (const one of numbers(9)) {
    await stage.publish([-one], { expiration: 1 });
    await stage.publish([0], { topicName: '/other' });
  }
  await stage.publish([2]);
  await world.clock.advance(1_500);
  sink.isReady = true;
  await world.use(subKey, async subscription => world.broker.subscriptions.wake(subscription));
  assert.is(world.broker.counters.expired, 9);
  assert.is(await world.use(subKey, async ({ lanes }) => lanes.aheadSize), 1);
  assert.equal(await stage.drain(sink), [1, 2]);
});

bounds('(6): over the bound of the overlay a nacked message is tried again in place, and none is lost', async () => {
  const stage = await Stage.open({ limits: { overlay_rows_max: 2 } });
  const subKey = await stage.subscribe(['/t'], { wait_non_sock_err: 1 });
  const sink = await stage.attach(subKey);
  await stage.publish(numbers(5));
  sink.deliveries[0]!.attempt.failed('no');
  await stage.world.clock.advance(20);
  const rows = stage.world.commits.flat().flatMap(one => (one.kind === 'settle' ? (one.overlayPut ?? []) : []));
  assert.is(new Set(rows.map(row => row.position)).size, 2);
  assert.is(await stage.world.depth(subKey), 5);
  await stage.world.clock.advance(1_000);
  assert.equal(sink.data.slice(1).flat().sort(), numbers(5));
});

bounds('(6): what stays in place is not acked with the rest of its batch', async () => {
  const stage = await Stage.open({ limits: { overlay_rows_max: 1 } });
  const subKey = await stage.subscribe(['/t'], { wait_non_sock_err: 1 });
  const sink = await stage.attach(subKey);
  await stage.publish(numbers(4));
  const { attempt, messages } = sink.deliveries[0]!;
  attempt.ackedExcept(messages.slice(0, 3).map(message => ({ msgId: message.msg_id })));
  await stage.world.clock.advance(20);
  assert.is(await stage.world.depth(subKey), 3);
});

bounds(
  '(3): with delivery_err_should_block what stays in place is tried again, and the lane goes on after it',
  async () => {
    const stage = await Stage.open({ limits: { overlay_rows_max: 1 } });
    const { world } = stage;
    const options = { delivery_err_should_block: true, delivery_batch_size: 2, wait_non_sock_err: 1 };
    const subKey = await stage.subscribe(['/t'], options);
    const [held] = await stage.publish([0]);
    await world.use(subKey, one => world.broker.queue.hold(one, 'msgId' in held! ? held.msgId : ''));
    const sink = await stage.attach(subKey);
    await stage.publish(numbers(4));
    for (const attempt of [0, 1, 2]) {
      assert.equal(sink.data[attempt], [1, 2]);
      sink.deliveries[attempt]!.attempt.failed('no');
      await world.clock.advance(20);
      assert.is(sink.deliveries.length, attempt + 1, 'nothing overtakes it');
      await world.clock.advance(1_000);
    }
    assert.equal(sink.data.slice(3), [[1, 2]]);
    assert.equal((await stage.drain(sink)).slice(-4), [1, 2, 3, 4]);
    assert.is(await stage.world.depth(subKey), 1);
  },
);

bounds('(3): with delivery_err_should_block a lane is out while a part of its batch is with the receiver', async () => {
  const stage = await Stage.open({ limits: { overlay_rows_max: 1 } });
  const { world, receiver } = stage;
  const options = { delivery_err_should_block: true, delivery_method: 'pull' as const, wait_non_sock_err: 0 };
  const subKey = await stage.subscribe(['/t'], options);
  const { puller } = world.broker;
  const pull = async () => JSON.parse(await world.run(puller.pull(receiver, subKey, 3, 0, null))) as Received[];
  await stage.publish(numbers(5));
  const [one, two, three] = (await pull()).map(({ msg_id }) => msg_id);
  await world.run(puller.nack(receiver, subKey, [one!, two!], 0));
  assert.equal(await pull(), []);
  await world.run(puller.ack(receiver, subKey, [three!]));
  assert.equal(
    (await pull()).map(({ data }) => data),
    [1, 2],
  );
});

bounds('(6): editing is refused while the overlay is full, and goes on when it is not', async () => {
  const stage = await Stage.open({ limits: { overlay_rows_max: 1 } });
  const subKey = await stage.subscribe();
  const [first, second] = (await stage.publish([1, 2])).map(outcome => ('msgId' in outcome ? outcome.msgId : ''));
  const { world } = stage;
  const update = (msgId: string) => world.use(subKey, one => world.broker.queue.update(one, msgId, { data: '9' }, 1));
  await update(first!);
  const refused = await update(second!).then(
    () => null,
    error => (error as Error).name,
  );
  assert.is(refused, 'overloaded');
  await world.run(world.broker.puller.ack(stage.receiver, subKey, [first!]));
  await update(second!);
  const sink = await stage.attach(subKey);
  assert.equal(await stage.drain(sink), [9]);
});

bounds('(6): pages over the budget are given back, and what they held still comes', async () => {
  const stage = await Stage.open({ limits: { page_messages: 4, pages_bytes_max: 500 } });
  const keys = [];
  for (let count = 0; count < 4; count += 1) keys.push(await stage.subscribe(['/t'], { max_in_flight: 1 }));
  await stage.publish(numbers(12));
  const sinks = [];
  for (const key of keys) sinks.push(await stage.attach(key));
  for (const sink of sinks) assert.equal(await stage.drain(sink), numbers(12));
});

bounds('(6): who reads on and on does not take the page of who waits', async () => {
  const stage = await Stage.open({ limits: { page_messages: 100, pages_bytes_max: 250_000 } });
  const { world, receiver } = stage;
  const waiting = await stage.subscribe();
  const reading = await stage.subscribe(['/t'], { delivery_batch_size: 50, max_in_flight: 50 });
  await stage.publish(numbers(1_500));
  const closed = world.sink();
  closed.isReady = false;
  await world.attach(receiver, waiting, closed);
  assert.equal(await stage.drain(await stage.attach(reading)), numbers(1_500));
  assert.is(await world.use(waiting, async ({ lanes }) => lanes.get(5).pageLeft), 100);
});

bounds('(6): what was pulled and acked leaves no timer behind', async () => {
  const stage = await Stage.open();
  const { world, receiver } = stage;
  const { puller } = world.broker;
  const subKey = await stage.subscribe(['/t'], { delivery_method: 'pull', ack_wait: 80 });
  await stage.publish([0]);
  const pull = () => world.run(puller.pull(receiver, subKey, 1, 0, null)).then(text => JSON.parse(text) as Received[]);
  const [kept] = await pull();
  const before = world.clock.timers;
  for (const one of numbers(5)) {
    await stage.publish([one]);
    const [message] = await pull();
    await world.run(puller.ack(receiver, subKey, [message!.msg_id]));
  }
  assert.is(world.clock.timers, before);
  await world.clock.advance(80_000);
  assert.equal(
    (await pull()).map(({ msg_id }) => msg_id),
    [kept!.msg_id],
    'what was not acked in time comes again',
  );
});

bounds('(6): tails over the budget are let go, and what they held still comes', async () => {
  const stage = await Stage.open({ limits: { tail_bytes_max: 300 } });
  const subKey = await stage.subscribe(['/t', '/u'], { max_in_flight: 2 });
  const sink = await stage.attach(subKey);
  for (const one of numbers(10)) await stage.publish([one], { topicName: one % 3 === 0 ? '/u' : '/t' });
  assert.equal(await stage.drain(sink), numbers(10));
});

bounds('(3): a pattern over more topics than are merged one by one keeps the order', async () => {
  const stage = await Stage.open({ limits: { page_messages: 7 } });
  const subKey = await stage.subscribe(['/many/*'], { delivery_batch_size: 50 });
  const topics = limits.merged_topics_max + 10;
  for (const one of numbers(topics)) await stage.publish([one], { topicName: `/many/${one % topics}` });
  await stage.publish([0], { topicName: '/other' });
  await stage.publish([topics + 1], { topicName: '/many/3' });
  assert.is(await stage.world.depth(subKey), topics + 1);
  const sink = await stage.attach(subKey);
  assert.equal(await stage.drain(sink), numbers(topics + 1));
});

bounds.run();
