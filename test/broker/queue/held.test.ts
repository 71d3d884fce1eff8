import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Subscription } from '../../../src/broker/subscriptions/subscription.js';
import { HoldfastError } from '../../../src/protocol/errors.js';
import { Stage } from '../../sim/stage.js';
import type { Published } from '../../sim/world.js';

const test = suite('messages that are held, released and moved to the top');

type Verb = 'hold' | 'release' | 'moveToTop';

/** Carries a verb out on one message; answers it as it is then, or the name of the error. */
async function change(stage: Stage, subKey: string, verb: Verb, published: Published | undefined) {
  const msgId = idOf(published);
  const work = (one: Subscription) => stage.world.broker.queue[verb](one, msgId);
  try {
    return JSON.parse(await stage.world.use(subKey, work)) as { state: string; priority: number; version: number };
  } catch (error) {
    assert.instance(error, HoldfastError);
    return (error as HoldfastError).name;
  }
}

function idOf(published: Published | undefined): string {
  if (!published || 'error' in published) throw new Error('It was not published.');
  return published.msgId;
}

async function states(stage: Stage, subKey: string): Promise<string[]> {
  return (await stage.browse(subKey)).map(({ data, state }) => `${data} ${state}`);
}

test('a held message is passed by, stays in the queue with its state, and comes after its release', async () => {
  const stage = await Stage.open();
  const subKey = await stage.subscribe();
  const sent = await stage.publish(['a', 'b', 'c']);
  const held = await change(stage, subKey, 'hold', sent[1]);
  assert.is(typeof held === 'object' && held.state, 'held');
  const sink = await stage.attach(subKey);
  assert.equal(await stage.drain(sink), ['a', 'c']);
  assert.equal(await states(stage, subKey), ['b held']);
  assert.is(await stage.world.depth(subKey), 1);
  await change(stage, subKey, 'hold', sent[1]);
  const released = await change(stage, subKey, 'release', sent[1]);
  assert.is(typeof released === 'object' && released.state, 'ready');
  assert.equal(sink.data.flat(), ['a', 'c', 'b']);
  assert.is(sink.deliveries.at(-1)!.messages[0]!.delivery_count, 1);
});

test('(1, 4): a held message is held through a crash, and its expiry goes on', async () => {
  const stage = await Stage.open();
  const subKey = await stage.subscribe();
  const sent = await stage.publish(['a'], { expiration: 100 });
  await change(stage, subKey, 'hold', sent[0]);
  await stage.world.crash();
  const sink = await stage.attach(subKey);
  await stage.world.clock.advance(99_000);
  assert.equal(await states(stage, subKey), ['a held']);
  await stage.world.clock.advance(2_000);
  assert.is(await stage.world.depth(subKey), 0);
  assert.is(stage.world.broker.counters.expired, 1);
  assert.is(await stage.world.use(subKey, async one => one.overlay.size), 0, 'its row is gone');
  assert.equal(sink.data, []);
});

test('what is in flight, settled or unknown is neither held nor moved', async () => {
  const stage = await Stage.open();
  const subKey = await stage.subscribe(['/t'], { max_in_flight: 1 });
  const sent = await stage.publish(['a', 'b']);
  const sink = await stage.attach(subKey);
  for (const verb of ['hold', 'release', 'moveToTop'] as const) {
    assert.is(await change(stage, subKey, verb, sent[0]), 'conflict');
    assert.is(await change(stage, subKey, verb, { msgId: 'zpsmnone', isDuplicate: false }), 'not_found');
  }
  sink.deliveries[0]!.attempt.acked();
  await stage.world.clock.advance(20);
  assert.is(await change(stage, subKey, 'hold', sent[0]), 'conflict');
});

test('(6): where the overlay is full, hold and move_to_top are refused and nothing is lost', async () => {
  const stage = await Stage.open({ limits: { overlay_rows_max: 1 } });
  const subKey = await stage.subscribe();
  const sent = await stage.publish(['a', 'b']);
  await change(stage, subKey, 'hold', sent[0]);
  assert.is(await change(stage, subKey, 'hold', sent[1]), 'overloaded');
  assert.is(await change(stage, subKey, 'moveToTop', sent[1]), 'overloaded');
  const moved = await change(stage, subKey, 'moveToTop', sent[0]);
  assert.is(typeof moved === 'object' && moved.state, 'held', 'one that has its row is moved, and stays held');
  await change(stage, subKey, 'release', sent[0]);
  assert.equal(await stage.drain(await stage.attach(subKey)), ['a', 'b']);
});

test('a nacked message that is held waits beyond its time, and is tried again when it is released', async () => {
  const stage = await Stage.open();
  const subKey = await stage.subscribe(['/t'], { wait_non_sock_err: 5, delivery_err_should_block: true });
  const sink = await stage.attach(subKey);
  const sent = await stage.publish(['a']);
  sink.deliveries[0]!.attempt.failed('no');
  await stage.world.clock.advance(100);
  await change(stage, subKey, 'hold', sent[0]);
  await stage.publish(['b']);
  await stage.world.clock.advance(10_000);
  assert.equal(sink.data, [['a'], ['b']], 'it blocks nothing while it is held');
  sink.deliveries[1]!.attempt.acked();
  await change(stage, subKey, 'release', sent[0]);
  assert.equal(sink.data, [['a'], ['b'], ['a']]);
  assert.is(sink.deliveries[2]!.messages[0]!.delivery_count, 2);
  assert.is((await stage.browse(subKey))[0]!.attempts, 1);
});

test('one that is held while it is being loaded is not sent, and its count is not raised', async () => {
  const stage = await Stage.open();
  const subKey = await stage.subscribe(['/t'], { wait_non_sock_err: 5 });
  const sink = await stage.attach(subKey);
  const sent = await stage.publish(['a']);
  sink.deliveries[0]!.attempt.failed('no');
  await stage.world.clock.advance(4_999);
  const msgId = idOf(sent[0]);
  const holding = stage.world.broker.subscriptions.use({ subKey }, one => stage.world.broker.queue.hold(one, msgId));
  await stage.world.clock.advance(1);
  await stage.world.run(holding);
  await stage.world.clock.advance(1_000);
  assert.is(sink.deliveries.length, 1);
  await change(stage, subKey, 'release', sent[0]);
  assert.is(sink.deliveries[1]!.messages[0]!.delivery_count, 2);
});

test('what is moved to the top comes before all others, and what was moved last is first', async () => {
  const stage = await Stage.open();
  const subKey = await stage.subscribe();
  const urgent = await stage.publish(['nine'], { priority: 9 });
  const sent = await stage.publish(['a', 'b', 'c']);
  await change(stage, subKey, 'moveToTop', sent[2]);
  const moved = await change(stage, subKey, 'moveToTop', sent[1]);
  assert.equal(moved, { ...(moved as object), priority: 9, version: 2, state: 'ready' });
  assert.equal(await states(stage, subKey), ['b ready', 'c ready', 'nine ready', 'a ready']);
  await stage.world.crash();
  await change(stage, subKey, 'moveToTop', urgent[0]);
  assert.equal(await stage.drain(await stage.attach(subKey)), ['nine', 'b', 'c', 'a']);
});

test('nothing is delivered between the answer to move_to_top and the message', async () => {
  for (let seed = 0; seed < 20; seed += 1) {
    const stage = await Stage.open({ seed });
    const subKey = await stage.subscribe(['/t'], { delivery_batch_size: 1, max_in_flight: 1 });
    const sent = await stage.publish([...Array(60).keys()], { priority: 8 });
    const { clock, broker } = stage.world;
    const sink = stage.world.sink(({ attempt }) => clock.endOfTurn(() => attempt.acked()));
    const { subscription } = await stage.world.run(broker.subscriber.resume(stage.receiver, subKey, sink));
    let before = -1;
    const moving = broker.queue.moveToTop(subscription, idOf(sent[59])).then(() => {
      before = sink.deliveries.length;
    });
    broker.attachments.start(subscription, sink);
    await clock.quiet();
    await moving;
    assert.is(sink.data.flat()[before], 59, `seed ${seed}: ${sink.data.flat()}, answered after ${before}`);
    assert.ok(before > 0, 'it is moved while others are delivered');
    assert.is(sink.deliveries.length, 60);
  }
});

test('a page of browsing may end among those at the top, and the next one goes on from there', async () => {
  const stage = await Stage.open();
  const subKey = await stage.subscribe();
  const sent = await stage.publish(['a', 'b', 'c', 'd']);
  for (const index of [3, 2, 1]) await change(stage, subKey, 'moveToTop', sent[index]);
  const found: unknown[] = [];
  let cursor: string | undefined;
  do {
    const request = { maxMessages: 1, cursor };
    const page = await stage.world.use(subKey, one => stage.world.broker.queue.browse(one, request));
    found.push(...page.messages.map(text => (JSON.parse(text) as { data: unknown }).data));
    cursor = page.nextCursor ?? undefined;
  } while (cursor);
  assert.equal(found, ['b', 'c', 'd', 'a']);
});

test('an edited priority takes a message from the top into the line again', async () => {
  const stage = await Stage.open();
  const subKey = await stage.subscribe();
  const sent = await stage.publish(['a', 'b', 'c']);
  await change(stage, subKey, 'moveToTop', sent[2]);
  const msgId = idOf(sent[2]);
  await stage.world.use(subKey, one => stage.world.broker.queue.update(one, msgId, { priority: 5 }, undefined));
  assert.equal(await stage.drain(await stage.attach(subKey)), ['a', 'b', 'c']);
});

test('(3): a pull waits for a higher message that is due for another attempt', async () => {
  const stage = await Stage.open();
  const subKey = await stage.subscribe(['/t'], { delivery_method: 'pull', wait_non_sock_err: 1 });
  const { puller } = stage.world.broker;
  const pull = async () => {
    const text = await puller.pull(stage.receiver, subKey, 1, 0, null);
    return (JSON.parse(text) as { msg_id: string; data: unknown }[])[0]!;
  };
  await stage.publish(['low', 'lower']);
  await stage.publish(['high'], { priority: 9 });
  const { msg_id } = await stage.world.run(pull());
  // It rings before the timer of the retry, which is set later.
  let next: Promise<{ data: unknown }> | null = null;
  stage.world.clock.after(1_000, () => {
    next = pull();
  });
  await stage.world.run(puller.nack(stage.receiver, subKey, [msg_id], undefined));
  await stage.world.clock.advance(1_000);
  assert.is((await next!).data, 'high');
});

test.run();
