import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { SubscriptionOptions } from '../../../src/broker/subscriptions/options.js';
import { RecordingReceivers } from '../../sim/recording-receivers.js';
import { Stage } from '../../sim/stage.js';

const standing = suite('standing receivers');

const receiver = { route: { url: 'http://there' } };

async function staged(options: Partial<SubscriptionOptions> = {}) {
  const receivers = new RecordingReceivers();
  const stage = await Stage.open({ receivers });
  const subKey = await stage.subscribe(['/t'], { receiver, ...options });
  const change = (changed: Partial<SubscriptionOptions>) =>
    stage.world.use(subKey, one => stage.world.broker.subscriber.change(one, changed, []));
  return { receivers, stage, subKey, change, clock: stage.world.clock };
}

standing('are delivered to without anyone attaching them', async () => {
  const { receivers, stage } = await staged();
  await stage.publish([1, 2]);
  assert.equal(receivers.sink.data, [[1, 2]]);
  assert.is(receivers.served[0]!.username, 'receiver');
});

standing('are attached again after a crash, and what was in flight comes again with a higher count', async () => {
  const { receivers, stage } = await staged();
  await stage.publish([1]);
  await stage.world.crash();
  assert.is(receivers.sinks.length, 2);
  assert.equal(receivers.sink.data, [[1]]);
  assert.ok(receivers.sink.deliveries[0]!.messages[0]!.delivery_count > 1);
});

standing('are all attached at a start, however many there are', async () => {
  const receivers = new RecordingReceivers();
  const stage = await Stage.open({ receivers, limits: { standing_step: 3 } });
  for (let made = 0; made < 8; made += 1) await stage.subscribe([`/t/${made}`], { receiver });
  await stage.subscribe(['/t/0'], { receiver, delivery_method: 'pull' });
  await stage.subscribe(['/t/0'], {});
  receivers.sinks.length = 0;
  await stage.world.crash();
  assert.is(receivers.sinks.length, 3, 'some at a time');
  await stage.world.clock.advance(10);
  assert.is(receivers.sinks.length, 8);
});

standing('are not taken over by a socket, unless they are switched to pull', async () => {
  const { receivers, stage, subKey, change } = await staged();
  await stage.attach(subKey).then(
    () => assert.unreachable(),
    error => assert.match((error as Error).message, /its own route or service/),
  );
  await stage.publish([1]);
  await change({ delivery_method: 'pull' });
  const sink = await stage.attach(subKey);
  assert.is(stage.world.broker.subscriptions.attached, 1);
  await change({ delivery_method: 'notify' });
  assert.equal(sink.told, [{ kind: 'detached', subKey, reason: 'taken_over' }]);
  assert.equal(receivers.sink.data, [[1]]);
});

standing('lose nothing when they are switched to pull and back with messages in flight', async () => {
  const { receivers, stage, subKey, change } = await staged({ delivery_batch_size: 1 });
  await stage.publish([1, 2, 3]);
  receivers.sink.deliveries[0]!.attempt.acked();
  await change({ delivery_method: 'pull' });
  const pulled = JSON.parse(
    await stage.world.run(stage.world.broker.puller.pull(stage.receiver, subKey, 1, 0, null)),
  ) as { data: unknown; delivery_count: number }[];
  assert.equal(
    pulled.map(one => [one.data, one.delivery_count]),
    [[2, 2]],
  );
  receivers.sink.deliveries[1]!.attempt.acked();
  await change({ delivery_method: 'notify' });
  assert.equal(receivers.sink.data, [[2], [3]], 'a late answer of the receiver before settles nothing');
  assert.equal(await stage.drain(receivers.sink), [2, 3]);
  assert.is(await stage.world.depth(subKey), 0);
});

standing('are released when their route is taken away, and made anew when it is another', async () => {
  const { receivers, stage, change } = await staged();
  await change({ receiver: { route: { url: 'http://elsewhere' } } });
  assert.is(receivers.sinks.length, 2);
  await change({ delivery_batch_size: 1 });
  assert.is(receivers.sinks.length, 2, 'another option needs no other sink');
  await change({ receiver: null });
  await stage.publish([1]);
  assert.equal(receivers.sink.data, []);
  assert.is(stage.world.broker.subscriptions.attached, 0);
});

standing('wait for a receiver that is not there now, and say why', async () => {
  const receivers = new RecordingReceivers();
  receivers.problem = 'the service is not deployed';
  const stage = await Stage.open({ receivers });
  const subKey = await stage.subscribe(['/t'], { receiver });
  await stage.publish([1]);
  assert.is(
    await stage.world.use(subKey, async one => stage.world.broker.standing.problem(one)),
    'the service is not deployed',
  );
  receivers.problem = null;
  await stage.world.run(stage.world.broker.standing.refresh());
  assert.equal(receivers.sink.data, [[1]]);
  assert.is(await stage.world.use(subKey, async one => stage.world.broker.standing.problem(one)), null);
});

standing('are told when their subscription is deleted', async () => {
  const { receivers, stage, subKey } = await staged();
  await stage.world.run(stage.world.broker.subscriber.delete(stage.receiver, subKey, null));
  assert.equal(receivers.sink.told, [{ kind: 'detached', subKey, reason: 'deleted' }]);
});

standing('end what is under way before a stop, and get nothing more', async () => {
  const { receivers, stage } = await staged();
  const first = receivers.sink;
  await stage.world.restart();
  assert.ok(receivers.isStopped);
  await stage.publish([1]);
  assert.equal([first.data, receivers.sink.data], [[], [[1]]]);
});

standing.run();
