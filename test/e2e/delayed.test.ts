import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { dataOf, refused, Stage } from './stage.js';

const test = suite('e2e: delayed messages');

let stage: Stage;
test.before(async () => {
  stage = await Stage.set();
});
test.after(() => stage.strike());

test('are listed, changed and taken back by who published them, and a restart changes nothing (1)', async () => {
  const credentials = await stage.endpoint();
  const user = await stage.connect(credentials);
  const later = await user.publish('/delayed/a', 'later', { delay: 3_600, correl_id: 'c' });
  const never = await user.publish('/delayed/a', 'never', { delay: 7_200 });
  const { items } = await user.call('delayed.list', { topic_name: '/delayed/a' });
  assert.equal(dataOf(items as never), ['later', 'never']);
  assert.equal([items[0]!.msg_id, items[0]!.correl_id, items[0]!.username], [later, 'c', credentials.username]);
  assert.equal(await user.call('delayed.cancel', { msg_id: never }), {});
  await stage.restart();
  const back = await stage.connect(credentials);
  const got = await back.call('delayed.get', { msg_id: later });
  assert.equal(got, items[0]!);
  await refused(back.call('delayed.get', { msg_id: never }), 'not_found');
  await back.subscribe('/delayed/**');
  const text = `{"msg_id":"${later}","version":1,"delay":0,"data":{"n":12345678901234567890}}`;
  const changed = await back.callText('delayed.update', text);
  assert.equal([changed.version, changed.size], [2, 26]);
  const [message] = await back.take(1);
  assert.equal([message!.msg_id, message!.recv_time_iso], [later, changed.due_time_iso]);
  await refused(back.call('delayed.cancel', { msg_id: later }), 'not_found');
});

test('a new time is given as a delay or as a time, not as both', async () => {
  const user = await stage.user();
  const msg_id = await user.publish('/delayed/when', 1, { delay: 60 });
  const inADay = new Date(Date.now() + 86_400_000).toISOString();
  const changed = await user.call('delayed.update', { msg_id, due_time_iso: inADay });
  assert.is(changed.due_time_iso, inADay.replace('Z', '000Z'));
  assert.is(Date.parse(changed.expiration_time_iso) - Date.parse(inADay), 86_400_000);
  const both = await refused(user.call('delayed.update', { msg_id, delay: 1, due_time_iso: inADay }), 'invalid_params');
  assert.is(both.data.path, 'delay');
  const far = user.call('delayed.update', { msg_id, due_time_iso: '2999-01-01T00:00:00Z' });
  assert.is((await refused(far, 'invalid_params')).data.path, 'due_time_iso');
  await refused(user.call('delayed.update', { msg_id, version: 1, data: 2 }), 'conflict');
});

test('are seen by a monitor, mended by an admin, and neither by a stranger', async () => {
  const user = await stage.user();
  const msg_id = await user.publish('/delayed/roles', 'mine', { delay: 60 });
  const [stranger, monitor] = [await stage.user(), await stage.connect(await stage.endpoint([], { role: 'monitor' }))];
  assert.equal((await stranger.call('delayed.list', { topic_name: '/delayed/roles' })).items, []);
  await refused(stranger.call('delayed.get', { msg_id }), 'forbidden');
  for (const caller of [stranger, monitor]) {
    await refused(caller.call('delayed.update', { msg_id, data: 2 }), 'forbidden');
    await refused(caller.call('delayed.cancel', { msg_id }), 'forbidden');
  }
  assert.is((await monitor.call('delayed.list', { search: '"mine"' })).items.length, 1);
  assert.is((await monitor.call('delayed.get', { msg_id })).data, 'mine');
  assert.is((await stage.admin.call('delayed.update', { msg_id, data: 'ours' })).data, 'ours');
  await refused(user.call('delayed.list', { topic_name: '/delayed/none' }), 'not_found');
});

test('who has lost the right to publish may take a message back, and not change it', async () => {
  const credentials = await stage.endpoint(['pub=/delayed/right']);
  const user = await stage.connect(credentials);
  const msg_id = await user.publish('/delayed/right', 1, { delay: 60 });
  await stage.admin.call('endpoint.update', { username: credentials.username, patterns: [] });
  await refused(user.call('delayed.update', { msg_id, data: 2 }), 'forbidden');
  assert.equal(await user.call('delayed.cancel', { msg_id }), {});
});

test('a change is held to what the topic asks of its messages, as a publish is', async () => {
  const topic_name = '/delayed/bounded';
  await stage.admin.call('topic.create', { topic_name, limit_message_expiry: 100, schema: { type: 'number' } });
  const user = await stage.user();
  const msg_id = await user.publish(topic_name, 1, { delay: 60, expiration: 50 });
  const unfit = await refused(user.call('delayed.update', { msg_id, data: 'no number' }), 'invalid_params');
  assert.is(unfit.data.path, 'data');
  assert.is((await user.call('delayed.get', { msg_id })).version, 1);
  assert.is((await user.call('delayed.update', { msg_id, data: 2, expiration: 1_000 })).expiration, 100);
});

test.run();
