import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { World } from '../../sim/world.js';

const test = suite('turn time');

test('(4): what comes in in one turn is published at one time, and what comes in later is later', async () => {
  const world = await World.open();
  const sender = await world.endpoint('sender', ['pub=/**', 'sub=/**']);
  await world.publish(sender, { topicName: '/t' });
  const sink = world.sink();
  await world.subscribe(sender, { patterns: ['/t'], sink });
  // A clock that shows another time to each who asks, so that equal times come from one look at it.
  const { clock } = world;
  const nowMicros = clock.nowMicros.bind(clock);
  let looks = 0;
  clock.nowMicros = () => nowMicros() + ++looks;
  await world.publish(sender, { topicName: '/t', expiration: 60 }, { topicName: '/t', expiration: 60 });
  await clock.advance(1_000);
  await world.publish(sender, { topicName: '/t', expiration: 60 });
  const [first, second, third] = sink.deliveries.flatMap(({ messages }) => messages);
  assert.is(second!.recv_time_iso, first!.recv_time_iso);
  assert.is(second!.expiration_time_iso, first!.expiration_time_iso);
  assert.ok(Date.parse(third!.recv_time_iso) - Date.parse(first!.recv_time_iso) >= 1_000);
  for (const { recv_time_iso, expiration_time_iso } of [first!, third!]) {
    assert.is(Date.parse(expiration_time_iso) - Date.parse(recv_time_iso), 60_000);
  }
});

test.run();
