import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Stage } from '../../sim/stage.js';

const visibility = suite('visibility');

visibility('is by the time of the publication: rights revoked and granted again leave a hole', async () => {
  const stage = await Stage.open();
  const { world } = stage;
  const subKey = await stage.subscribe(['/t']);
  const grant = (patterns: string[]) => world.run(world.broker.endpointAdmin.update(stage.receiver, { patterns }));
  await stage.publish([1]);
  await grant([]);
  await stage.publish([2]);
  await grant(['sub=/t']);
  await stage.publish([3]);
  await grant([]);
  await world.crash();
  const sink = await stage.attach(subKey);
  assert.equal(await stage.drain(sink), [1, 3], 'what it had the right to stays its own');
});

visibility('is the same for who covers so many topics that the log is walked', async () => {
  const stage = await Stage.open();
  const { world } = stage;
  const subKey = await stage.subscribe(['/many/**']);
  const grant = (patterns: string[]) => world.run(world.broker.endpointAdmin.update(stage.receiver, { patterns }));
  const publish = async (round: string) => {
    for (let topic = 0; topic < 70; topic += 1)
      await stage.publish([`${round}${topic}`], { topicName: `/many/${topic}` });
    await stage.publish([round], { topicName: '/other' });
  };
  await publish('a');
  await grant(['sub=/many/7']);
  await publish('b');
  assert.is(await world.depth(subKey), 71);
  await world.crash();
  assert.is(await world.depth(subKey), 71);
  const sink = await stage.attach(subKey);
  const expected = [...Array.from({ length: 70 }, (_, topic) => `a${topic}`), 'b7'];
  assert.equal(await stage.drain(sink), expected);
  assert.is(await world.depth(subKey), 0);
});

visibility('a subscription sees what is published after it, not before', async () => {
  const stage = await Stage.open();
  await stage.publish([1]);
  const subKey = await stage.subscribe(['/t']);
  await stage.publish([2]);
  assert.equal(await stage.drain(await stage.attach(subKey)), [2]);
});

visibility('active_status: what is published while nothing is queued is never seen', async () => {
  const stage = await Stage.open();
  const { world } = stage;
  const subKey = await stage.subscribe();
  const sink = await stage.attach(subKey);
  const change = (active_status: 'pub-sub' | 'pub-only' | 'sub-only' | 'disabled') =>
    world.use(subKey, one => world.broker.subscriber.change(one, { active_status }, []));
  await change('pub-only');
  await stage.publish([1]);
  await change('disabled');
  await stage.publish([2]);
  assert.equal(sink.data, []);
  await change('sub-only');
  await stage.publish([3]);
  assert.equal(sink.data, [[1]], 'sub-only delivers what is there and queues nothing new');
  await change('pub-sub');
  await stage.publish([4]);
  assert.equal(sink.data, [[1], [4]]);
});

visibility('a message for one mailbox is seen by no one else, in line with the others', async () => {
  const stage = await Stage.open();
  const mine = await stage.subscribe(['/t']);
  const other = await stage.subscribe(['/t', '/mail']);
  await stage.publish([1]);
  await stage.publish([2], { topicName: '/mail', deliverToSk: [mine] });
  await stage.publish([3]);
  assert.is(await stage.world.depth(mine), 3);
  assert.equal(await stage.drain(await stage.attach(mine)), [1, 2, 3]);
  assert.equal(await stage.drain(await stage.attach(other)), [1, 3]);
});

visibility('a message settled ahead of the cursor is not counted, in a mailbox too', async () => {
  const stage = await Stage.open();
  const subKey = await stage.subscribe(['/t']);
  const outcomes = await stage.publish([1, 2, 3], { deliverToSk: [subKey] });
  const msgId = 'msgId' in outcomes[1]! ? outcomes[1].msgId : '';
  await stage.world.run(stage.world.broker.puller.ack(stage.receiver, subKey, [msgId]));
  assert.is(await stage.world.depth(subKey), 2);
});

visibility('(4): a delayed message comes when it is due, through a crash, and lives from then on', async () => {
  const stage = await Stage.open();
  const subKey = await stage.subscribe();
  await stage.publish([1], { delay: 3, expiration: 2 });
  await stage.publish([2], { delay: 1 });
  await stage.world.clock.advance(500);
  await stage.world.crash();
  const sink = await stage.attach(subKey);
  await stage.world.clock.advance(499);
  assert.equal(sink.data, []);
  await stage.world.clock.advance(1);
  assert.equal(sink.data, [[2]]);
  await stage.world.clock.advance(2_000);
  assert.equal(sink.data, [[2], [1]]);
  assert.is(await stage.world.depth(subKey), 2);
  await stage.world.clock.advance(2_000);
  assert.is(await stage.world.depth(subKey), 1, 'it expired 2 s after it was due');
});

visibility('(8): browsing changes nothing', async () => {
  const stage = await Stage.open();
  const subKey = await stage.subscribe();
  await stage.publish([1, 2]);
  await stage.world.clock.advance(50);
  const before = stage.world.commits.length;
  const first = await stage.browse(subKey);
  assert.equal(await stage.browse(subKey), first);
  assert.is(stage.world.commits.length, before);
});

visibility(
  '(8): what was edited, deleted or cleared is not sent as it was, even if it was fetched before',
  async () => {
    const stage = await Stage.open();
    const { world } = stage;
    const subKey = await stage.subscribe(['/t'], { max_in_flight: 1 });
    const ids = (await stage.publish([1, 2, 3, 4])).map(outcome => ('msgId' in outcome ? outcome.msgId : ''));
    const sink = await stage.attach(subKey);
    await world.use(subKey, one => world.broker.queue.update(one, ids[1]!, { data: '20' }, undefined));
    await world.use(subKey, one => world.broker.queue.delete(one, ids[2]!));
    assert.equal(await stage.drain(sink), [1, 20, 4]);
    await stage.publish([5, 6]);
    await world.use(subKey, one => world.broker.queue.clear(one));
    await stage.publish([7]);
    assert.equal((await stage.drain(sink)).slice(3), [5, 7]);
  },
);

visibility('(9): system topics match only patterns that spell their first segment', async () => {
  const stage = await Stage.open();
  const wide = await stage.subscribe(['/**']);
  const exact = await stage.subscribe(['/holdfast/**']);
  await stage.publish([1], { topicName: '/t' });
  await stage.world.endpoint('inside', ['pub=/holdfast/**']);
  await stage.world.publish(stage.world.broker.endpoints.get('inside'), { topicName: '/holdfast/x', data: '2' });
  assert.equal(await stage.drain(await stage.attach(wide)), [1]);
  assert.equal(await stage.drain(await stage.attach(exact)), [2]);
});

visibility.run();
