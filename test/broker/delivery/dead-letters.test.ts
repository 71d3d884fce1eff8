import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Stage } from '../../sim/stage.js';

const deadLetters = suite('dead letters');

/** A stage with a message that has failed as often as it may. */
async function withDeadLetter() {
  const stage = await Stage.open();
  const subKey = await stage.subscribe(['/t'], { delivery_max_retry: 2, wait_non_sock_err: 1 });
  const sink = await stage.attach(subKey);
  await stage.publish([1], { priority: 7 });
  sink.deliveries[0]!.attempt.failed('first');
  await stage.world.clock.advance(1_000);
  sink.deliveries[1]!.attempt.failed('second');
  await stage.world.clock.advance(20);
  return { stage, subKey, sink };
}

deadLetters('(1): what failed as often as it may goes to the dead-letter topic with its reason', async () => {
  const stage = await Stage.open();
  const dead = await stage.subscribe(['/holdfast/dead-letter']);
  const subKey = await stage.subscribe(['/t'], { delivery_max_retry: 1 });
  const sink = await stage.attach(subKey);
  await stage.publish([1], { priority: 7 });
  sink.deliveries[0]!.attempt.failed('why');
  await stage.world.clock.advance(20);
  assert.is(await stage.world.depth(subKey), 0);
  const [letter] = (await stage.attach(dead)).deliveries[0]!.messages;
  assert.is(letter!.data, 1);
  assert.is(letter!.priority, 7);
  assert.is(letter!.topic_name, '/holdfast/dead-letter');
  const expected = { reason: 'delivery_max_retry', attempts: 1, last_error: 'why', sub_name: null, topic_name: '/t' };
  assert.equal(letter!.dead_letter, expected);
});

deadLetters('(1): enters the log in the transaction in which it leaves its queue', async () => {
  const { stage, sink } = await withDeadLetter();
  assert.is(sink.deliveries.length, 2);
  const [settle] = stage.world.commits.flat().filter(one => one.kind === 'settle' && one.deadLetters);
  assert.ok(settle?.kind === 'settle');
  assert.is(settle.deadLetters!.bodies.length, 1);
  assert.is(settle.overlayDelete!.length, 1);
  assert.is(stage.world.broker.counters.deadLettered, 1);
});

deadLetters('(9): a dead letter of a dead letter is dropped and counted', async () => {
  const stage = await Stage.open();
  const dead = await stage.subscribe(['/holdfast/dead-letter'], { delivery_max_retry: 1 });
  const subKey = await stage.subscribe(['/t'], { delivery_max_retry: 1 });
  const sink = await stage.attach(subKey);
  const deadSink = await stage.attach(dead);
  await stage.publish([1]);
  sink.deliveries[0]!.attempt.failed('no');
  await stage.world.clock.advance(20);
  deadSink.deliveries[0]!.attempt.failed('no');
  await stage.world.clock.advance(5_000);
  assert.is(deadSink.deliveries.length, 1);
  assert.is(await stage.world.depth(dead), 0);
  assert.is(stage.world.broker.counters.deadLettersDropped, 1);
});

deadLetters('(1): wait for whoever subscribes to them later and begins with the earliest', async () => {
  const { stage } = await withDeadLetter();
  await stage.world.clock.advance(60_000);
  const topics = ['/holdfast/dead-letter'];
  const { subscription } = await stage.world.subscribe(stage.receiver, { patterns: topics, from: 'earliest' });
  const [letter] = (await stage.attach(subscription.subKey)).deliveries[0]!.messages;
  assert.equal([letter!.data, letter!.dead_letter!.last_error], [1, 'second']);
  assert.is(await stage.world.depth(await stage.subscribe(topics)), 0);
});

deadLetters.run();
