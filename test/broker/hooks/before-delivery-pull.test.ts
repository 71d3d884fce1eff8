import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { changed, unchanged } from '../../sim/hook-double.js';
import { deleted, setHookedStage as setStage } from './hooked-stage.js';

const test = suite('broker: before_delivery of what is pulled');

test('a pull gets what has room, and the rest next time', async () => {
  const { hooks, stage, clock, pull } = await setStage({ delivery_method: 'pull', max_frame_bytes: 2_600 });
  hooks.onDelivery = data => changed({ data: `${data}${'x'.repeat(700)}` });
  await stage.publish([1, 2, 3]);
  const lists = await Promise.all(
    [pull(10), pull(10)].map(async pulling => {
      await clock.quiet();
      return (JSON.parse(await pulling) as { data: string }[]).map(({ data }) => Number(data[0]));
    }),
  );
  assert.equal(lists, [[1, 2], [3]]);
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

test.run();
