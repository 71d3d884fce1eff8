import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { CountQuery, Store } from '../../../src/store/store.js';
import { Stage } from '../../sim/stage.js';

const depth = suite('depth');
const topics = 100;

/** A stage, and what its store was last asked to count. */
async function counted() {
  const asked = { ranges: 0, isWide: false, lanes: new Set<number>() };
  const wrap = (store: Store) => {
    const count = store.count.bind(store);
    store.count = (query: CountQuery) => {
      asked.ranges = query.ranges.length;
      asked.isWide = query.wide !== undefined;
      asked.lanes = new Set([...query.ranges, ...(query.wide?.gaps ?? [])].map(({ priority }) => priority));
      return count(query);
    };
    return store;
  };
  return { asked, stage: await Stage.open({ wrap }) };
}

async function publishToAll(stage: Stage): Promise<void> {
  for (let topic = 0; topic < topics; topic += 1) await stage.publish([topic], { topicName: `/wide/${topic}` });
}

depth('of who listens and has settled everything is counted nowhere, however many topics had news', async () => {
  const { asked, stage } = await counted();
  const subKey = await stage.subscribe(['/wide/**']);
  const sink = await stage.attach(subKey);
  await publishToAll(stage);
  await stage.drain(sink);
  assert.is(await stage.world.depth(subKey), 0);
  assert.is(asked.lanes.size, 0);
});

depth('counts what is in flight in one lane, and looks at no other', async () => {
  const { asked, stage } = await counted();
  const subKey = await stage.subscribe(['/wide/**']);
  await stage.attach(subKey);
  await publishToAll(stage);
  assert.is(await stage.world.depth(subKey), topics);
  assert.equal([...asked.lanes], [5]);
});

depth('counts what came since who listens has read', async () => {
  const { stage } = await counted();
  const subKey = await stage.subscribe(['/wide/**']);
  const sink = await stage.attach(subKey);
  await publishToAll(stage);
  await stage.drain(sink);
  await stage.publish(['again'], { topicName: '/wide/1', priority: 9 });
  assert.is(await stage.world.depth(subKey), 1);
});

depth(
  'of an absent subscription is a walk over the positions, where these are fewer than the topics are worth',
  async () => {
    const { asked, stage } = await counted();
    const subKey = await stage.subscribe(['/wide/**']);
    await publishToAll(stage);
    await stage.publish(['other'], { topicName: '/narrow' });
    await stage.publish(['high'], { topicName: '/wide/1', priority: 9 });
    await stage.publish(['short'], { topicName: '/wide/2', expiration: 1 });
    await stage.world.clock.advance(500);
    assert.is(await stage.world.depth(subKey), topics + 2);
    assert.is(asked.ranges, 0);
    assert.ok(asked.isWide);
    await stage.world.clock.advance(600);
    assert.is(await stage.world.depth(subKey), topics + 1);
  },
);

depth(
  'after a restart, when nobody knows which topics had news, asks for no more than there were positions',
  async () => {
    const { asked, stage } = await counted();
    const subKey = await stage.subscribe(['/wide/**']);
    await publishToAll(stage);
    await stage.world.restart();
    assert.is(await stage.world.depth(subKey), topics);
    assert.is(asked.ranges, 0);
    assert.ok(asked.isWide);
  },
);

depth('of many messages of a few topics of many is counted topic by topic', async () => {
  const { asked, stage } = await counted();
  await publishToAll(stage);
  const subKey = await stage.subscribe(['/wide/**']);
  await stage.publish(
    Array.from({ length: 200 }, (_, index) => index),
    { topicName: '/wide/7' },
  );
  assert.is(await stage.world.depth(subKey), 200);
  assert.is(asked.ranges, 9);
  assert.not(asked.isWide);
});

depth.run();
