import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Stage } from '../../sim/stage.js';

const remove = ({ world }: Stage, name = '/t') =>
  world.run(world.broker.topicRemoval.delete(world.broker.topics.get(name)));
const left = async ({ world }: Stage): Promise<number> => (await world.size()).bytes;
const rest = ({ world }: Stage) => world.clock.advance(5_000);

const test = suite('topic removal');

test('nobody sees a message of it any more, also of a new topic of that name, also after a crash', async () => {
  const stage = await Stage.open();
  const named = await stage.subscribe(['/t', '/other']);
  const wide = await stage.subscribe(['/*']);
  await stage.publish([1, 2]);
  await stage.publish([3], { topicName: '/other' });
  await remove(stage);
  assert.equal([await stage.world.depth(named), await stage.world.depth(wide)], [1, 1]);
  await stage.publish([4]);
  await stage.world.crash();
  assert.equal(await stage.drain(await stage.attach(named)), [3, 4]);
  assert.equal(await stage.drain(await stage.attach(wide)), [3, 4]);
  await rest(stage);
  assert.is(await left(stage), 0);
  assert.ok(stage.world.broker.counters.sweptDeleted >= 2);
});

test('what is attached, in flight, waiting for another attempt or in a mailbox goes too, and later messages come', async () => {
  const stage = await Stage.open();
  const subKey = await stage.subscribe(['/t', '/other'], {
    wait_non_sock_err: 30,
    max_in_flight: 2,
    delivery_batch_size: 1,
  });
  const sink = await stage.attach(subKey);
  await stage.publish(['nacked', 'in flight', 'waits', 'waits too']);
  await stage.publish(['mail'], { deliverToSk: [subKey] });
  sink.deliveries[0]!.attempt.ackedExcept([{ msgId: sink.deliveries[0]!.messages[0]!.msg_id }]);
  await stage.world.clock.advance(50);
  const seen = sink.data.length;
  await remove(stage);
  for (const { attempt } of sink.deliveries.slice(1)) attempt.acked();
  await stage.world.clock.advance(100_000);
  assert.is(sink.data.length, seen, 'nothing of it came afterwards');
  await stage.publish(['next'], { topicName: '/other' });
  await stage.publish(['new']);
  const got = await stage.drain(sink);
  assert.equal(got.slice(-2), ['next', 'new']);
  await rest(stage);
  assert.equal([await stage.world.depth(subKey), await left(stage)], [0, 0]);
});

test('what is delayed goes, and a publish that comes in while it is deleted goes to a new topic', async () => {
  const stage = await Stage.open();
  const subKey = await stage.subscribe();
  await stage.publish([1], { delay: 60 });
  const { topicRemoval, topics } = stage.world.broker;
  const removing = topicRemoval.delete(topics.get('/t'));
  const outcomes = stage.world.startPublish(stage.publisher, [{ data: '2' }]);
  await stage.world.run(removing);
  await stage.world.clock.advance(100_000);
  assert.ok('msgId' in outcomes[0]!);
  assert.equal(await stage.drain(await stage.attach(subKey)), [2]);
});

test('a deletion that a crash interrupts is finished, and one that had not reached the disk did not happen', async () => {
  const stage = await Stage.open({ limits: { sweep_messages: 10 } });
  const subKey = await stage.subscribe();
  await stage.publish(Array.from({ length: 200 }, (_, index) => index));
  const { topicRemoval, topics } = stage.world.broker;
  void topicRemoval.delete(topics.get('/t')).catch(() => {});
  await stage.world.crash('lost');
  assert.is(await stage.world.depth(subKey), 200);
  await remove(stage);
  await stage.world.crash();
  assert.is(await stage.world.depth(subKey), 0);
  await rest(stage);
  assert.is(await left(stage), 0);
  await stage.world.crash();
  assert.equal(stage.world.broker.topics.deletedIds, []);
});

test('the topic of dead letters stays', async () => {
  const stage = await Stage.open();
  const error = await remove(stage, '/holdfast/dead-letter').catch(reason => reason);
  assert.is(error.name, 'conflict');
});

test('it is listed and covered no more, and its neighbours are', async () => {
  const stage = await Stage.open();
  for (const topicName of ['/a', '/a/b', '/a/b/c', '/z']) await stage.publish([1], { topicName });
  const { topics } = stage.world.broker;
  assert.equal(
    [...topics.sortedAfter('/a')].map(({ name }) => name),
    ['/a/b', '/a/b/c', '/holdfast/dead-letter', '/z'],
  );
  await remove(stage, '/a/b');
  await stage.publish([1], { topicName: '/b' });
  const names = (found: Iterable<{ name: string }>) => [...found].map(({ name }) => name).sort();
  assert.equal(names(topics.covered('/a/**')), ['/a', '/a/b/c']);
  assert.equal(names(topics.sortedAfter('')), ['/a', '/a/b/c', '/b', '/holdfast/dead-letter', '/z']);
  await remove(stage, '/a/b/c');
  assert.equal(names(topics.covered('/a/**')), ['/a']);
});

test.run();
