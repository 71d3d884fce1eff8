import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { dataOf, Stage } from './stage.js';

const test = suite('e2e: a crowd');

const clients = 1_000;

let stage: Stage;
test.before(async () => {
  stage = await Stage.set();
});
test.after(() => stage.strike());

test('a thousand clients at once: each gets every message once, in order, and comes back after a restart', async () => {
  const credentials = await stage.endpoint();
  const connectAll = async () => {
    const crowd = [];
    // In groups, because a kernel takes only so many connections that nobody has accepted yet.
    for (let i = 0; i < clients; i += 100) {
      crowd.push(...(await Promise.all(Array.from({ length: 100 }, () => stage.connect(credentials)))));
    }
    return crowd;
  };
  const crowd = await connectAll();
  await Promise.all(crowd.map((client, i) => client.subscribe('/crowd', { name: `client ${i}` })));
  const sent = Array.from({ length: 5 }, (_, i) => i);
  for (const data of sent) await stage.admin.publish('/crowd', data);
  for (const messages of await Promise.all(crowd.map(client => client.take(sent.length)))) {
    assert.equal(dataOf(messages), sent);
  }
  // An answer shows that the acknowledgements before it have been read.
  await Promise.all(crowd.map(client => client.call('ping', {})));
  await stage.restart();
  await stage.admin.publish('/crowd', 'after the restart');
  const back = await connectAll();
  const depths = await Promise.all(
    back.map(
      async (client, i) => (await client.call('subscribe', { topic_name: '/crowd', name: `client ${i}` })).queue_depth,
    ),
  );
  assert.equal(new Set(depths), new Set([1]), 'what was acknowledged before the stop is not in a queue');
  for (const messages of await Promise.all(back.map(client => client.take(1)))) {
    assert.equal(dataOf(messages), ['after the restart']);
  }
});

test.run();
