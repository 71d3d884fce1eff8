import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Client, Credentials } from '../client.js';
import { dataOf, Stage } from '../stage.js';
import { RestUser } from './asking.js';

const test = suite('e2e: REST: DELETE /pubsub/msg');

let stage: Stage;
let credentials: Credentials;
let user: RestUser;
let client: Client;
test.before(async () => {
  stage = await Stage.set({ limits: { own_queues_step: 2 } });
  credentials = await stage.endpoint();
  user = new RestUser(stage, credentials);
  client = await stage.connect(credentials);
});
test.after(() => stage.strike());

/** The queues that are made here are pulled from, so that nothing leaves them by itself. */
const pulled = (topic_name: string, name: string) => client.subscribe(topic_name, { name, delivery_method: 'pull' });
const depthOf = async (sub_key: string) => (await client.call('queue.browse', { sub_key })).depth;
const remove = (msgId: string) => user.done('DELETE', `/pubsub/msg/${msgId}`);

test('the message leaves every queue of the caller, those of JSON-RPC too, and nobody else’s', async () => {
  const keys = [
    (await user.subscribe('/own/a')).sub_key,
    await pulled('/own/a', 'named'),
    await pulled('/own/*', 'wide'),
  ];
  for (let i = 0; i < 5; i += 1) keys.push(await pulled('/own/**', `more ${i}`));
  await pulled('/other/**', 'other');
  const other = new RestUser(stage, await stage.endpoint());
  await other.subscribe('/own/a');
  const msgId = await user.publish('/own/a', 'unwanted');
  await user.publish('/own/a', 'wanted');
  assert.equal(await remove(msgId), {});
  for (const key of keys) assert.is(await depthOf(key), 1);
  assert.equal(dataOf(await user.take('/own/a')), ['wanted']);
  assert.equal(dataOf(await other.take('/own/a')), ['unwanted', 'wanted']);
});

test('also after a restart, in a queue that nobody has opened since', async () => {
  await user.subscribe('/own/restart');
  const msgId = await user.publish('/own/restart', 1, { msg_id: 'zpsm-of-the-publisher' });
  await stage.restart();
  client = await stage.connect(credentials);
  assert.equal(await remove(msgId), {});
  assert.equal(await user.take('/own/restart'), []);
});

test('also one that is in flight, was nacked, is held, or was addressed to one queue', async () => {
  const [flying, nacked, held, addressed] = await Promise.all(
    ['flying', 'nacked', 'held', 'addressed'].map(state => pulled(`/own/${state}`, state)),
  );
  const flyingId = await user.publish('/own/flying', 1);
  await client.call('pull', { sub_key: flying!, wait: 10 });
  const nackedId = await user.publish('/own/nacked', 1);
  await client.call('pull', { sub_key: nacked!, wait: 10 });
  await client.call('nack', { sub_key: nacked!, msg_id_list: [nackedId], delay: 1000 });
  const heldId = await user.publish('/own/held', 1);
  await client.call('queue.hold', { sub_key: held!, msg_id: heldId });
  const addressedId = await user.publish('/own/elsewhere', 1, { deliver_to_sk: [addressed] });
  for (const id of [flyingId, nackedId, heldId, addressedId]) assert.equal(await remove(id), {});
  for (const key of [flying, nacked, held, addressed]) assert.is(await depthOf(key!), 0);
});

test('deleting twice, what is settled, and what never was, is as good as once', async () => {
  await user.subscribe('/own/twice');
  const msgId = await user.publish('/own/twice', 1);
  for (let time = 0; time < 2; time += 1) assert.equal(await remove(msgId), {});
  const settled = await user.publish('/own/twice', 2);
  assert.is((await user.take('/own/twice')).length, 1);
  for (const id of [settled, 'zpsm-never', `${settled.slice(0, -1)}x`]) assert.equal(await remove(id), {});
});

test('what is no id is refused', async () => {
  for (const text of ['', 'zpsm', 'x', 'zpsk123', 'zpsm%20a', `zpsm${'a'.repeat(300)}`]) {
    const { status, error } = await user.refused('DELETE', `/pubsub/msg/${text}`);
    assert.equal([status, error!.path], [400, 'msg_id'], text);
  }
  assert.is((await user.refused('DELETE', '/pubsub/msg')).status, 404);
});

test('a message of others is left alone, and nothing tells that it is there', async () => {
  const owner = new RestUser(stage, await stage.endpoint());
  await owner.subscribe('/own/secret');
  const msgId = await owner.publish('/own/secret', 1);
  assert.equal(await remove(msgId), {});
  assert.equal(dataOf(await owner.take('/own/secret')), [1]);
});

test.run();
