import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { dataOf, refused, Stage } from './stage.js';

const test = suite('e2e: endpoints and roles');

let stage: Stage;
test.before(async () => {
  stage = await Stage.set();
});
test.after(() => stage.strike());

async function upgradeRefusal(credentials: { username: string; password: string }): Promise<string> {
  return stage.connect(credentials).then(
    () => 'connected',
    (error: Error) => error.message,
  );
}

test('an endpoint with a password connects with it, and only with it', async () => {
  const created = await stage.admin.call('endpoint.create', {
    username: 'crm',
    password: 'correct horse: ü',
    patterns: ['sub=/a'],
  });
  assert.equal(created, { username: 'crm', role: 'user', patterns: ['sub=/a'] });
  const user = await stage.connect({ username: 'crm', password: 'correct horse: ü' });
  assert.is((await user.call('whoami', {})).username, 'crm');
  for (const password of ['correct horse: u', '', 'correct horse: ü ']) {
    assert.is(await upgradeRefusal({ username: 'crm', password }), 'the upgrade was refused with 401');
  }
  await refused(stage.admin.call('endpoint.create', { username: 'crm', key: true }), 'conflict');
});

test('a key is made once, shown once, and works after a restart', async () => {
  const { key } = await stage.admin.call('endpoint.create', { username: 'till', key: true });
  assert.ok(key!.length >= 26, '128 bits');
  await stage.restart();
  const till = await stage.connect({ username: 'till', password: key! });
  assert.not.match(JSON.stringify(await till.call('whoami', {})), key!);
  const updated = await stage.admin.call('endpoint.update', { username: 'till', patterns: ['pub=/t'] });
  assert.equal(updated, { username: 'till', role: 'user', patterns: ['pub=/t'] });
});

test('a new password or key ends the connections that were made with the old one with 4401', async () => {
  const { username, password } = await stage.endpoint();
  const one = await stage.connect({ username, password });
  const two = await stage.connect({ username, password });
  const sub_key = await one.subscribe('/revoked');
  const { key } = await stage.admin.call('endpoint.update', { username, key: true });
  assert.equal([(await one.closed).code, (await two.closed).code], [4_401, 4_401]);
  assert.is(await upgradeRefusal({ username, password }), 'the upgrade was refused with 401');
  const back = await stage.connect({ username, password: key! });
  await back.call('resume', { sub_key });
  await back.publish('/revoked', 1);
  assert.equal(dataOf(await back.take(1)), [1]);
  await stage.admin.call('endpoint.update', { username, password: 'by hand' });
  assert.is((await back.closed).code, 4_401);
  assert.is((await stage.connect({ username, password: 'by hand' })).socket.readyState, 1);
});

test('who loses its credentials is told that its subscriptions are detached before the close', async () => {
  const { username, password } = await stage.endpoint();
  const user = await stage.connect({ username, password });
  const sub_key = await user.subscribe('/told');
  await stage.admin.call('endpoint.update', { username, key: true });
  assert.equal(await user.detached.next(), { sub_key, reason: 'endpoint_revoked' });
});

test('who changes its own credentials gets the answer, with the key in it, before its connections end', async () => {
  const owner = await stage.endpoint([], { role: 'admin' });
  const [one, other] = [await stage.connect(owner), await stage.connect(owner)];
  const { key } = await one.call('endpoint.update', { username: owner.username, key: true });
  assert.is((await one.closed).code, 4401);
  assert.is((await other.closed).code, 4401);
  const back = await stage.connect({ username: owner.username, password: key! });
  assert.is((await back.call('whoami', {})).username, owner.username);
});

test('other changes leave connections as they are', async () => {
  const { username, password } = await stage.endpoint([]);
  const user = await stage.connect({ username, password });
  await refused(user.call('topic.list', {}), 'forbidden');
  await stage.admin.call('endpoint.update', { username, role: 'monitor', patterns: ['pub=/ok'] });
  assert.match(await user.publish('/ok', 1), /^zpsm/);
  assert.type((await user.call('topic.list', {})).items, 'object');
});

test('what an administrator does is refused to users and monitors', async () => {
  const user = await stage.user();
  const monitor = await stage.connect(await stage.endpoint([], { role: 'monitor' }));
  for (const caller of [user, monitor]) {
    await refused(caller.call('endpoint.create', { username: 'x', key: true }), 'forbidden');
    await refused(caller.call('endpoint.update', { username: 'admin', role: 'user' }), 'forbidden');
    await refused(caller.call('topic.create', { topic_name: '/x' }), 'forbidden');
  }
  await refused(user.call('topic.list', {}), 'forbidden');
  await monitor.call('topic.list', {});
});

test('an endpoint that does not exist cannot be updated', async () => {
  await refused(stage.admin.call('endpoint.update', { username: 'nobody', role: 'user' }), 'not_found');
});

test('an endpoint needs a password or a key, not both', async () => {
  for (const params of ['{"username":"y"}', '{"username":"y","password":"p","key":true}']) {
    await refused(stage.admin.callText('endpoint.create', params), 'invalid_params');
  }
  await refused(
    stage.admin.callText('endpoint.update', '{"username":"till","password":"p","key":true}'),
    'invalid_params',
  );
});

test('ping tells the time of the broker', async () => {
  const before = Date.now() - 1;
  const { time_iso } = await stage.admin.call('ping', {});
  assert.match(time_iso, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
  assert.ok(Date.parse(time_iso) >= before && Date.parse(time_iso) <= Date.now() + 1);
});

test('what the configuration declares is there at start, and stays with its queues at the next', async () => {
  const endpoints = [
    { username: 'declared', password: 'secret', patterns: ['pub=/**', 'sub=/**'], role: 'user' as const },
  ];
  const other = await Stage.set({
    endpoints,
    topics: [{ topicName: '/news', options: { is_api_sub_allowed: false } }],
  });
  const user = await other.connect({ username: 'declared', password: 'secret' });
  await refused(user.subscribe('/news'), 'forbidden');
  const sub_key = await user.subscribe('/mine');
  await user.publish('/mine', 1);
  await other.restart();
  const back = await other.connect({ username: 'declared', password: 'secret' });
  assert.is((await back.call('resume', { sub_key })).queue_depth, 1);
  await other.strike();
});

test.run();
