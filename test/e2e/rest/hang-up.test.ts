import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Client, Credentials } from '../client.js';
import { Stage } from '../stage.js';
import { RestUser } from './asking.js';

const test = suite('e2e: REST: hang-ups');

/** More than the kernel takes for a client that does not read. */
const data = 'x'.repeat(30_000_000);

let stage: Stage;
let credentials: Credentials;
let client: Client;
test.before(async () => {
  stage = await Stage.set({ limits: { frame_bytes_max: 0 } });
  credentials = await stage.endpoint();
  client = await stage.connect(credentials);
});
test.after(() => stage.strike());

/** Asks for messages and reads no more than the head of the answer. */
async function begin(topic: string): Promise<() => void> {
  const { username, password } = credentials;
  const { port } = stage.server;
  const path = `/pubsub/topic${topic}`;
  const sent = request({ port, method: 'PATCH', path, auth: `${username}:${password}`, agent: false });
  sent.on('error', () => {});
  sent.end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  response.on('error', () => {});
  response.pause();
  return () => sent.destroy();
}

test('(5): who hangs up in the middle of the answer gets it again, counted, without a failed attempt', async () => {
  const user = new RestUser(stage, credentials);
  const { sub_key } = await user.subscribe('/hang/up');
  const msg_id = await user.publish('/hang/up', data);
  const hangUp = await begin('/hang/up');
  hangUp();
  const { messages } = await client.call('pull', { sub_key, wait: 50, max_messages: 1 });
  assert.equal([messages[0]!.msg_id, messages[0]!.delivery_count], [msg_id, 2]);
  const browsed = await client.call('queue.get', { sub_key, msg_id });
  assert.equal([browsed.attempts, browsed.state], [0, 'in_flight']);
  await client.call('ack', { sub_key, msg_id_list: [msg_id] });
  assert.equal(await user.take('/hang/up'), []);
});

test('an answer that is on its way is nobody else’s: another call gets what follows', async () => {
  const user = new RestUser(stage, credentials);
  await user.subscribe('/hang/two');
  await user.publish('/hang/two', data);
  await user.publish('/hang/two', 'second');
  const hangUp = await begin('/hang/two');
  assert.equal(
    (await user.take('/hang/two')).map(({ data: second }) => second),
    ['second'],
  );
  hangUp();
});

test('a server that stops in the middle of the answer has it afterwards, and the count says so', async () => {
  const user = new RestUser(stage, credentials);
  await user.subscribe('/hang/stop');
  await user.publish('/hang/stop', data);
  await begin('/hang/stop');
  await stage.restart();
  const [message] = await user.take('/hang/stop');
  assert.ok(message!.data === data && message!.delivery_count > 1);
});

test.run();
