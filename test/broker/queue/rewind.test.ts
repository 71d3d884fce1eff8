import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Subscribed } from '../../../src/broker/subscriptions/subscriber.js';
import { type Limits, limits } from '../../../src/protocol/limits.js';
import type { Position, Store } from '../../../src/store/store.js';
import type { RecordingSink } from '../../sim/recording-sink.js';
import { Stage } from '../../sim/stage.js';

async function keeping(rest: Partial<Limits> = {}): Promise<Stage> {
  const stage = await Stage.open({ limits: rest });
  await stage.world.run(stage.world.broker.topicAdmin.create('/t', { limit_retention: 3_600 }));
  return stage;
}

const pass = ({ world }: Stage) => world.clock.advance(limits.sweep_interval_ms + 100);
const left = async ({ world }: Stage): Promise<number> => (await world.size()).bytes;
const rewind = ({ world }: Stage, subKey: string, to: Position) =>
  world.use(subKey, one => world.broker.rewinder.rewind(one, to));
const preview = ({ world }: Stage, subKey: string, to: Position) =>
  world.use(subKey, one => world.broker.rewinder.preview(one, to));
const counts = (sink: RecordingSink) =>
  sink.deliveries.flatMap(({ messages }) => messages.map(({ delivery_count }) => delivery_count));

const test = suite('rewind');

test('what was settled comes again, in order, and says that it comes again; a dry run says how many', async () => {
  const stage = await keeping();
  const subKey = await stage.subscribe();
  await stage.publish([1, 2, 3]);
  await stage.publish([9], { priority: 9 });
  const sink = await stage.attach(subKey);
  assert.equal(await stage.drain(sink), [9, 1, 2, 3]);
  assert.is(await preview(stage, subKey, 0), 4);
  assert.is(await stage.world.depth(subKey), 0);
  const before = sink.deliveries.length;
  assert.is(await rewind(stage, subKey, 0), 4);
  assert.equal(sink.data.slice(before), [[9, 1, 2, 3]]);
  assert.equal(counts(sink).slice(4), [2, 2, 2, 2]);
  assert.is(await stage.world.depth(subKey), 4);
  assert.is(stage.world.broker.counters.rewound, 4);
  assert.is(await preview(stage, subKey, 0), 0, 'they are there');
});

test('it holds across a crash, for one that nobody has attached', async () => {
  const stage = await keeping();
  const subKey = await stage.subscribe();
  await stage.publish([1, 2]);
  const sink = await stage.attach(subKey);
  await stage.drain(sink);
  await stage.world.drop(sink);
  await stage.publish([3]);
  assert.is(await rewind(stage, subKey, 0), 2);
  await stage.world.crash();
  assert.is(await stage.world.depth(subKey), 3);
  const next = await stage.attach(subKey);
  assert.equal(next.data, [[1, 2, 3]]);
  assert.equal(counts(next).slice(0, 2), [2, 2]);
});

test('(5): what was settled ahead of a message that was out says that it comes again, also after a restart', async () => {
  const stage = await keeping();
  const subKey = await stage.subscribe(['/t'], { delivery_batch_size: 1 });
  await stage.publish([1, 2]);
  const sink = await stage.attach(subKey);
  sink.deliveries[1]!.attempt.acked();
  await stage.world.clock.advance(20);
  await stage.world.drop(sink);
  await stage.world.restart();
  assert.is(await rewind(stage, subKey, 0), 1);
  assert.equal(
    counts(await stage.attach(subKey)).map(count => count > 1),
    [true, true],
  );
});

test('what is out is with nobody any more: its answer settles nothing, and it comes again', async () => {
  const stage = await keeping();
  const subKey = await stage.subscribe();
  await stage.publish([1]);
  const sink = await stage.attach(subKey);
  await stage.drain(sink);
  await stage.publish([2]);
  const out = sink.deliveries.at(-1)!;
  assert.is(await rewind(stage, subKey, 0), 1);
  out.attempt.acked();
  await stage.world.clock.advance(20);
  assert.equal(sink.data.at(-1), [1, 2]);
  assert.is(await stage.world.depth(subKey), 2);
});

test('what left the line stays as it is, and is not in the line as well', async () => {
  const stage = await keeping();
  const subKey = await stage.subscribe();
  const [, held] = (await stage.publish([1, 2, 3])) as { msgId: string }[];
  const { world } = stage;
  await world.use(subKey, one => world.broker.queue.hold(one, held!.msgId));
  const sink = await stage.attach(subKey);
  assert.equal(await stage.drain(sink), [1, 3]);
  assert.is(await preview(stage, subKey, 0), 2);
  assert.is(await rewind(stage, subKey, 0), 2);
  assert.is(await world.depth(subKey), 3);
  assert.equal(await stage.drain(sink), [1, 3, 1, 3]);
  await world.use(subKey, one => world.broker.queue.release(one, held!.msgId));
  assert.equal(sink.data.at(-1), [2]);
});

test('what was settled before the position stays settled, in a broken lane too', async () => {
  const stage = await keeping();
  const subKey = await stage.subscribe();
  const published = (await stage.publish([1, 2, 3, 4, 5])) as { msgId: string }[];
  const { world, receiver } = stage;
  const ack = (...at: number[]) =>
    world.run(
      world.broker.puller.ack(
        receiver,
        subKey,
        at.map(index => published[index]!.msgId),
      ),
    );
  await ack(1, 3, 4);
  const [second] = await world.run(world.broker.puller.positions([published[1]!.msgId]));
  assert.is(await preview(stage, subKey, second! + 2), 1);
  assert.is(await rewind(stage, subKey, second!), 2);
  assert.equal(await stage.drain(await stage.attach(subKey)), [1, 3, 4, 5]);
});

test('a position that lies ahead changes nothing', async () => {
  const stage = await keeping();
  const subKey = await stage.subscribe();
  await stage.publish([1]);
  const sink = await stage.attach(subKey);
  assert.is(await rewind(stage, subKey, 1_000_000), 0);
  sink.deliveries[0]!.attempt.acked();
  await stage.world.clock.advance(20);
  assert.is(await stage.world.depth(subKey), 0);
});

test('a new subscription begins in the past, with what its endpoint was permitted to receive at the time', async () => {
  const stage = await keeping();
  const { world } = stage;
  await stage.publish([1]);
  const late = await world.endpoint('late', ['sub=/t']);
  await stage.publish([2]);
  await pass(stage);
  const from = 'earliest' as const;
  const own = await world.subscribe(stage.receiver, { from });
  const other = await world.subscribe(late, { from });
  assert.is(own.queueDepth, 2);
  assert.is(other.queueDepth, 1);
  await world.crash();
  assert.equal(await stage.drain(await stage.attach(own.subscription.subKey)), [1, 2]);
});

test('it begins at a time, and one that begins with all of a pattern listens to what comes', async () => {
  const stage = await keeping({ time_mark_ms: 1_000 });
  const { world, receiver } = stage;
  await stage.publish([1]);
  await world.clock.advance(10_000);
  const micros = world.clock.nowMs() * 1000;
  await stage.publish([2]);
  await pass(stage);
  const since = await world.subscribe(receiver, { from: { micros } });
  assert.is(since.queueDepth, 1);
  const sink = world.sink();
  await world.subscribe(receiver, { patterns: ['/*'], from: 'earliest', sink });
  await stage.publish([3]);
  assert.equal(await stage.drain(sink), [1, 2, 3]);
});

test('it begins exactly at a time, in each lane, although the marks of time are coarse', async () => {
  const stage = await keeping({ time_mark_ms: 1_000_000, page_messages: 2 });
  const { world, receiver } = stage;
  const times: number[] = [];
  for (let index = 0; index < 12; index += 1) {
    times.push(world.clock.nowMs() * 1000);
    await stage.publish([index], { priority: 1 + (index % 3) });
    await world.clock.advance(1_000);
  }
  for (const [index, micros] of times.entries()) {
    const { queueDepth, subscription } = await world.subscribe(receiver, { from: { micros } });
    assert.is(queueDepth, 12 - index);
    const between = await world.subscribe(receiver, { patterns: ['/*'], from: { micros: micros + 2 } });
    assert.is(between.queueDepth, 11 - index);
    const at = world.broker.beginnings.of(subscription, { micros: times.at(-1)! });
    assert.is(await preview(stage, subscription.subKey, await world.run(at)), 0);
  }
});

test('where too much lies between, it begins earlier than the time and not later', async () => {
  const stage = await keeping({ time_mark_ms: 1_000_000, page_messages: 1 });
  const { world, receiver } = stage;
  await stage.publish([-1]);
  await world.clock.advance(2_000);
  await stage.publish(Array.from({ length: 100 }, (_, index) => index));
  await world.clock.advance(1_000);
  const micros = world.clock.nowMs() * 1000;
  await stage.publish([100]);
  const { queueDepth } = await world.subscribe(receiver, { from: { micros } });
  assert.ok(queueDepth > 1 && queueDepth < 100, `${queueDepth}`);
});

test('one that is there keeps its place, and takes no further topic with a beginning', async () => {
  const stage = await keeping();
  const { world, receiver } = stage;
  const request = { name: 'crm', from: 'earliest' } as const;
  await stage.publish([1]);
  const first = await world.subscribe(receiver, request);
  await stage.drain(await stage.attach(first.subscription.subKey));
  assert.is((await world.subscribe(receiver, request)).queueDepth, 0);
  const refused = await world.subscribe(receiver, { ...request, patterns: ['/other'] }).catch(error => error);
  assert.is(refused.name, 'conflict');
});

test('(1): what was settled and kept goes once a rewound one has settled it again, and not before', async () => {
  const stage = await keeping();
  const subKey = await stage.subscribe();
  await stage.publish([1, 2]);
  const sink = await stage.attach(subKey);
  await stage.drain(sink);
  await stage.world.drop(sink);
  await pass(stage);
  await rewind(stage, subKey, 0);
  await stage.world.clock.advance(4_000_000);
  assert.ok((await left(stage)) > 0);
  assert.equal(await stage.drain(await stage.attach(subKey)), [1, 2]);
  await stage.world.clock.advance(100_000);
  assert.is(await left(stage), 0);
});

/** Calls `then` each time the store has answered this call, before the sweep hears of the answer. */
function after(call: 'readInterests' | 'readHeads' | 'listMailboxes', then: () => void) {
  return (store: Store): Store =>
    new Proxy(store, {
      get: (target, name: keyof Store) => {
        const own = target[name].bind(target) as (argument: never) => Promise<unknown>;
        return async (argument: never) => {
          const answer = await own(argument);
          if (name === call) then();
          return answer;
        };
      },
    });
}

for (const call of ['readInterests', 'readHeads'] as const) {
  test(`(1): what the sweep finds settled while it reads stays, if meanwhile somebody begins there (${call})`, async () => {
    let begin: (() => void) | null = null;
    const stage = await Stage.open({ wrap: after(call, () => begin?.()) });
    const { world, receiver } = stage;
    const subKey = await stage.subscribe();
    await stage.publish([1, 2, 3]);
    const sink = await stage.attach(subKey);
    await stage.drain(sink);
    let subscribing: Promise<Subscribed> | null = null;
    begin = () => {
      begin = null;
      const request = { patterns: ['/t'], options: {}, defaultMethod: 'notify', sink: null, from: 'earliest' } as const;
      subscribing = world.broker.subscriber.subscribe(receiver, { ...request, patterns: ['/t'] });
    };
    await pass(stage);
    const { subscription, queueDepth } = await world.run(subscribing!);
    assert.is(queueDepth, 3);
    const second = subscription.subKey;
    for (let round = 0; round < 5; round += 1) await pass(stage);
    assert.is(await world.depth(second), 3);
    assert.equal(await stage.drain(await stage.attach(second)), [1, 2, 3]);
    for (let round = 0; round < 3; round += 1) await pass(stage);
    assert.is(await left(stage), 0);
  });
}

test('(1): what is left of a sweep that did not come to its end is not removed after a rewind', async () => {
  const stage = await Stage.open({ limits: { sweep_messages: 2, sweep_rest_ms: 50 } });
  const { world } = stage;
  const subKey = await stage.subscribe();
  await stage.publish([1, 2, 3, 4, 5, 6, 7, 8]);
  const sink = await stage.attach(subKey);
  await stage.drain(sink);
  await world.drop(sink);
  const whole = await left(stage);
  for (let waited = 0; (await left(stage)) === whole && waited < 3_000; waited += 1) await world.clock.advance(1);
  const rest = await rewind(stage, subKey, 0);
  assert.ok(rest > 0 && rest < 8, `${rest} are left`);
  for (let round = 0; round < 5; round += 1) await pass(stage);
  assert.is(await world.depth(subKey), rest);
});

test('(1): a message of a mailbox that was settled is not removed after a rewind', async () => {
  let begin: (() => void) | null = null;
  const stage = await Stage.open({ wrap: after('listMailboxes', () => begin?.()) });
  const { world } = stage;
  const subKey = await stage.subscribe();
  await stage.publish([1, 2], { deliverToSk: [subKey] });
  const sink = await stage.attach(subKey);
  let rewound: Promise<number> | null = null;
  begin = () => {
    begin = null;
    rewound = world.broker.subscriptions.use({ subKey }, one => world.broker.rewinder.rewind(one, 0));
  };
  const drained = await stage.drain(sink);
  assert.equal(drained.slice(0, 2), [1, 2]);
  if (!rewound) await pass(stage);
  assert.is(await world.run(rewound!), 2);
  await world.drop(sink);
  for (let round = 0; round < 3; round += 1) await pass(stage);
  assert.is(await world.depth(subKey), 2);
  assert.equal(await stage.drain(await stage.attach(subKey)), [1, 2]);
  await pass(stage);
  assert.is(await left(stage), 0);
});

test.run();
