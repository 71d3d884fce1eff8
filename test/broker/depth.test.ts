import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { CountQuery, Store } from '../../src/store/store.js';
import { Stage } from '../sim/stage.js';

const depth = suite('depth');
const topics = 100;

/** A stage, and how many ranges its store was last asked to count. */
async function counted() {
  const asked = { ranges: 0 };
  const wrap = (store: Store) => {
    const count = store.count.bind(store);
    store.count = (query: CountQuery) => {
      asked.ranges = query.ranges.length;
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
  assert.is(asked.ranges, 0);
});

depth('counts what is in flight in one lane, and looks at no other', async () => {
  const { asked, stage } = await counted();
  const subKey = await stage.subscribe(['/wide/**']);
  await stage.attach(subKey);
  await publishToAll(stage);
  assert.is(await stage.world.depth(subKey), topics);
  assert.is(asked.ranges, topics);
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

depth.run();
