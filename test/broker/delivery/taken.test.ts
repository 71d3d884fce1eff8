import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Taken } from '../../../src/broker/delivery/puller.js';
import type { SubscriptionOptions } from '../../../src/broker/subscriptions/options.js';
import { Stage } from '../../sim/stage.js';

const test = suite('taken without an ack');

interface Message {
  data: unknown;
  delivery_count: number;
}

async function setStage(options: Partial<SubscriptionOptions> = {}) {
  const stage = await Stage.open();
  const subKey = await stage.subscribe(['/t'], { delivery_method: 'pull', ...options });
  const take = async (): Promise<Taken> =>
    (await stage.world.run(stage.world.broker.puller.take(stage.receiver, { subKey }, null)))!;
  return { stage, world: stage.world, subKey, take };
}

const read = ({ messages }: Taken) =>
  (JSON.parse(messages) as Message[]).map(({ data, delivery_count }) => [data, delivery_count]);

test('(2): what was received is settled, and does not come again after a crash', async () => {
  const { stage, world, subKey, take } = await setStage({ delivery_batch_size: 2 });
  await stage.publish([1, 2, 3]);
  const taken = await take();
  assert.equal(read(taken), [
    [1, 1],
    [2, 1],
  ]);
  taken.received();
  await world.clock.advance(20);
  await world.crash();
  assert.is(await world.depth(subKey), 1);
  assert.equal(
    read(await take()).map(([data]) => data),
    [3],
  );
});

test('(5): what was lost comes again at once, in its order, counted, and without a failed attempt', async () => {
  const { stage, world, subKey, take } = await setStage({ delivery_max_retry: 1, delivery_batch_size: 2 });
  await stage.publish([1, 2, 3]);
  (await take()).lost();
  await world.clock.quiet();
  const attempts = (await stage.browse(subKey)).map(one => [one.data, one.attempts]);
  assert.equal(attempts, [
    [1, 0],
    [2, 0],
    [3, 0],
  ]);
  const again = await take();
  assert.equal(read(again), [
    [1, 2],
    [2, 2],
  ]);
  again.received();
  assert.equal(read(await take()), [[3, 1]]);
});

test('(5): what is neither comes again after ack_wait, and a word that comes later settles nothing of others', async () => {
  const { stage, world, subKey, take } = await setStage({ ack_wait: 10 });
  await stage.publish([1]);
  const slow = await take();
  assert.equal(read(await take()), []);
  await world.clock.advance(10_000);
  const next = await take();
  assert.equal(read(next), [[1, 2]]);
  slow.received();
  await world.clock.advance(20);
  assert.is(await world.depth(subKey), 1);
  next.received();
  await world.clock.advance(20);
  assert.is(await world.depth(subKey), 0);
  assert.is(await world.use(subKey, async one => one.inFlight), 0);
});

test('(1): a crash before the word has all of it again', async () => {
  const { stage, world, take } = await setStage();
  await stage.publish([1, 2]);
  await take();
  await world.crash();
  assert.equal(read(await take()), [
    [1, 2],
    [2, 2],
  ]);
});

test('the subscription may be deleted while an answer is on its way', async () => {
  const { stage, world, subKey, take } = await setStage();
  await stage.publish([1, 2]);
  const [received, lost] = [await take(), await take()];
  await world.run(world.broker.subscriber.delete(stage.receiver, subKey, null));
  received.received();
  lost.lost();
  await world.clock.advance(20_000);
  assert.is(world.failure, null);
  assert.equal([...world.broker.subscriptions.loaded()], []);
});

test('(7): another endpoint takes nothing, and what is attached to a socket is not taken from beside it', async () => {
  const { stage, world } = await setStage();
  const other = await world.endpoint('other', ['sub=/**']);
  const subKey = await stage.subscribe(['/t'], { delivery_method: 'notify' });
  const take = (endpoint = stage.receiver) => world.run(world.broker.puller.take(endpoint, { subKey }, null));
  assert.is(await refusalOf(take(other)), 'forbidden');
  await stage.attach(subKey);
  assert.is(await refusalOf(take()), 'conflict');
});

/** The name of the error, or that there was none. */
async function refusalOf(taking: Promise<unknown>): Promise<string> {
  return taking.then(
    () => 'taken',
    (error: Error) => error.name,
  );
}

test.run();
