import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { dataOf, refused, Stage } from './stage.js';

const test = suite('e2e: permissions');

let stage: Stage;
test.before(async () => {
  stage = await Stage.set();
});
test.after(() => stage.strike());

test('without a line there is no right', async () => {
  const { username, password } = await stage.endpoint([]);
  const nobody = await stage.connect({ username, password });
  await refused(nobody.publish('/p/a', 1), 'forbidden');
  await refused(nobody.subscribe('/p/a'), 'forbidden');
});

test('pub= and sub= are rights of their own, and the whole name must match', async () => {
  const user = await stage.user('pub=/in/*', 'sub=/out/**');
  assert.match(await user.publish('/in/a', 1), /^zpsm/);
  for (const topic of ['/in/a/b', '/in', '/out/a', '/IN/a']) await refused(user.publish(topic, 1), 'forbidden');
  assert.match(await user.subscribe('/out/a/b'), /^zpsk/);
  for (const topic of ['/in/a', '/outer']) await refused(user.subscribe(topic), 'forbidden');
});

test('a refusal makes no topic and reveals none', async () => {
  const user = await stage.user('pub=/mine');
  await refused(user.publish('/secret/plan', 1), 'forbidden');
  assert.equal((await stage.admin.call('topic.list', { search: '/secret' })).items, []);
  await stage.admin.call('topic.create', { topic_name: '/secret/plan' });
  await refused(user.publish('/secret/plan', 1), 'forbidden');
  await refused(user.subscribe('/secret/plan'), 'forbidden');
});

test('a pattern may be wider than the rights: only what may be received comes', async () => {
  const user = await stage.user('sub=/wide/ok/*');
  await user.subscribe('/wide/**');
  for (const topic of ['/wide/no', '/wide/ok/1', '/wide/no/1', '/wide/ok/2']) await stage.admin.publish(topic, topic);
  assert.equal(dataOf(await user.take(2)), ['/wide/ok/1', '/wide/ok/2']);
});

test('what was published without the right never comes, though the right comes back; what was published with it does', async () => {
  const { username, password } = await stage.endpoint(['sub=/exact']);
  const user = await stage.connect({ username, password });
  const sub_key = await user.subscribe('/exact');
  await user.close();
  const set = (patterns: string[]) => stage.admin.call('endpoint.update', { username, patterns });
  await stage.admin.publish('/exact', 'with the right');
  await set([]);
  await stage.admin.publish('/exact', 'without the right');
  await set(['sub=/exa*']);
  await stage.admin.publish('/exact', 'with another line');
  await set([]);
  await stage.admin.publish('/exact', 'without it again');
  const back = await stage.connect({ username, password });
  assert.is((await back.call('resume', { sub_key })).queue_depth, 2);
  assert.equal(dataOf(await back.take(2)), ['with the right', 'with another line']);
  await refused(back.subscribe('/exact'), 'forbidden');
});

test('a right that is taken away ends with the answer, also for who is connected and through a restart', async () => {
  const { username, password } = await stage.endpoint(['pub=/live', 'sub=/live']);
  const user = await stage.connect({ username, password });
  const sub_key = await user.subscribe('/live');
  await user.publish('/live', 'before');
  await stage.admin.call('endpoint.update', { username, patterns: ['sub=/live/no'] });
  await refused(user.publish('/live', 'refused'), 'forbidden');
  await stage.admin.publish('/live', 'unseen');
  assert.equal(dataOf((await user.deliveries.next()).messages), ['before']);
  await stage.restart();
  const back = await stage.connect({ username, password });
  assert.is((await back.call('resume', { sub_key })).queue_depth, 1);
  assert.equal(dataOf(await back.take(1)), ['before']);
});

test('rights are exact also in topics that are made meanwhile, and through restarts', async () => {
  const { username, password } = await stage.endpoint(['sub=/made/**']);
  const user = await stage.connect({ username, password });
  const sub_key = await user.subscribe('/made/**');
  const set = (patterns: string[]) => stage.admin.call('endpoint.update', { username, patterns });
  await stage.admin.publish('/made/early', 'early 1');
  await set([]);
  await stage.admin.publish('/made/early', 'early 2');
  await stage.admin.publish('/made/late', 'late 1');
  await stage.restart();
  await set(['sub=/made/late']);
  await stage.admin.publish('/made/early', 'early 3');
  await stage.admin.publish('/made/late', 'late 2');
  await stage.restart();
  const back = await stage.connect({ username, password });
  assert.is((await back.call('resume', { sub_key })).queue_depth, 2);
  assert.equal(dataOf(await back.take(2)), ['early 1', 'late 2']);
});

test('what was in flight when the right went is still its own', async () => {
  const { username, password } = await stage.endpoint(['sub=/flying']);
  const user = await stage.connect({ username, password });
  const sub_key = await user.subscribe('/flying', { wait_non_sock_err: 0 });
  await stage.admin.publish('/flying', 'mine');
  const delivery = await user.deliveries.next();
  await stage.admin.call('endpoint.update', { username, patterns: [] });
  user.fail(delivery, 'again');
  assert.equal(dataOf(await user.take(1)), ['mine']);
  await user.call('ping', {});
  assert.is((await user.call('queue.browse', { sub_key })).depth, 0);
});

test('rights are told by whoami, with the role', async () => {
  const { username, password } = await stage.endpoint(['pub=/a/*', 'sub=/b/**'], { role: 'monitor' });
  const user = await stage.connect({ username, password });
  assert.equal(await user.call('whoami', {}), { username, role: 'monitor', patterns: ['pub=/a/*', 'sub=/b/**'] });
});

test('a line that is no right is refused with its place', async () => {
  for (const line of ['sub=/a//b', 'pub=', 'read=/a', '/a', 'sub=/**x']) {
    const call = stage.admin.call('endpoint.create', { username: 'never', key: true, patterns: ['pub=/ok', line] });
    const { data } = await refused(call, 'invalid_params');
    assert.is(data.path, 'patterns[1]', line);
  }
});

test.run();
