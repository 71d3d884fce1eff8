import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Stage } from '../sim/stage.js';

const meanwhile = suite('what happens meanwhile');

async function nameOfError(work: Promise<unknown>): Promise<string | null> {
  return work.then(
    () => null,
    error => (error as Error).name,
  );
}

meanwhile(
  'who subscribes by name while another deletes the subscription gets one that delivers, or is told',
  async () => {
    for (let steps = 0; steps < 8; steps += 1) {
      const stage = await Stage.open();
      const { world, receiver } = stage;
      const request = { patterns: ['/t'], name: 'crm', options: {}, defaultMethod: 'notify' as const, sink: null };
      const old = await world.subscribe(receiver, request);
      await stage.publish([0], { topicName: '/u' });
      const sink = world.sink();
      const gone = world.broker.subscriber.delete(receiver, old.subscription.subKey, null);
      for (let step = 0; step < steps; step += 1) await world.clock.step();
      await world.subscribe(receiver, { ...request, patterns: ['/t', '/u'], sink });
      await world.run(gone);
      await stage.publish([1]);
      const isTold = sink.told.some(one => one.kind === 'detached');
      assert.equal(sink.data, isTold ? [] : [[1]], `after ${steps} steps`);
    }
  },
);

meanwhile('a subscription that two delete at once is counted once', async () => {
  const stage = await Stage.open();
  const { world, receiver } = stage;
  const subKey = await stage.subscribe();
  await stage.publish([1, 2]);
  const remove = () => world.broker.subscriber.delete(receiver, subKey, null);
  await world.run(Promise.all([remove(), remove()]));
  assert.is(world.broker.counters.unsubscribed, 2);
});

meanwhile('two changes of the rights of an endpoint leave those of the later one', async () => {
  const stage = await Stage.open();
  const { world, receiver } = stage;
  const update = (patterns: string[]) => world.broker.endpointAdmin.update(receiver, { patterns });
  await world.run(Promise.all([update(['sub=/a']), update(['sub=/b'])]));
  assert.equal(receiver.patterns, ['sub=/b']);
});

meanwhile('acks before one that is refused are written', async () => {
  const stage = await Stage.open({ limits: { settled_ranges_max: 1 } });
  const { world, receiver } = stage;
  const subKey = await stage.subscribe(['/t'], { delivery_method: 'pull' });
  const ids = (await stage.publish([1, 2, 3, 4, 5])).map(outcome => ('msgId' in outcome ? outcome.msgId : ''));
  const ack = world.broker.puller.ack(receiver, subKey, [ids[1]!, ids[4]!]);
  assert.is(await nameOfError(world.run(ack)), 'overloaded');
  await world.crash();
  assert.equal(
    (await stage.browse(subKey)).map(message => message.data),
    [1, 3, 4, 5],
  );
});

meanwhile('settlements of deliveries on a full disk wait as one row, not as one for each time', async () => {
  let isFull = false;
  const stage = await Stage.open({ fault: () => (isFull ? 'full' : null) });
  const { world } = stage;
  const subKey = await stage.subscribe(['/t'], { delivery_batch_size: 1 });
  const sink = await stage.attach(subKey);
  await stage.publish(Array.from({ length: 30 }, (_, index) => index));
  isFull = true;
  for (const { attempt } of sink.deliveries) {
    attempt.acked();
    await world.clock.advance(15);
  }
  isFull = false;
  const before = world.commits.length;
  await world.clock.advance(1_100);
  const settles = world.commits.slice(before).flatMap(one => one.filter(({ kind }) => kind === 'settle'));
  assert.ok(settles.length <= 3, `${settles.length} rows`);
  assert.is(await world.depth(subKey), 0);
});

meanwhile.run();
