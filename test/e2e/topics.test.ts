import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { dataOf, refused, Stage } from './stage.js';

const test = suite('e2e: topics');

let stage: Stage;
test.before(async () => {
  stage = await Stage.set();
});
test.after(() => stage.strike());

test('one subscription to several topics is one queue: priority first, then the order of all (3)', async () => {
  const user = await stage.user();
  const { sub_key } = await user.call('subscribe', { topic_name_list: ['/a', '/b', '/c'], delivery_method: 'pull' });
  for (const [topic, priority] of [
    ['/c', 5],
    ['/a', 5],
    ['/b', 9],
    ['/c', 1],
    ['/a', 9],
    ['/b', 5],
  ] as const) {
    await user.publish(topic, `${topic} ${priority}`, { priority });
  }
  const { messages } = await user.call('pull', { sub_key });
  assert.equal(dataOf(messages), ['/b 9', '/a 9', '/c 5', '/a 5', '/b 5', '/c 1']);
});

test('a topic that is covered twice comes once', async () => {
  const user = await stage.user();
  await user.call('subscribe', { topic_name_list: ['/twice/x', '/twice/*', '/twice/**'] });
  await user.publish('/twice/x', 1);
  await user.publish('/twice/x', 2);
  assert.equal(dataOf(await user.take(2)), [1, 2]);
});

for (const [pattern, covered, others] of [
  ['/w1/*', ['/w1/a'], ['/w1', '/w1/a/b']],
  ['/w2/**', ['/w2', '/w2/a', '/w2/a/b'], ['/w2x']],
  ['/w3/*/temp*', ['/w3/1/temp', '/w3/2/temperature'], ['/w3/1/2/temp', '/w3/1/Temp']],
  ['/w4/**/end', ['/w4/end', '/w4/a/b/end'], ['/w4/end/a']],
] as const) {
  test(`the pattern ${pattern} covers ${covered.join(' and ')}, not ${others.join(' and ')}`, async () => {
    const user = await stage.user();
    await user.subscribe(pattern);
    for (const topic of [...others, ...covered]) await user.publish(topic, topic);
    assert.equal(dataOf(await user.take(covered.length)), [...covered]);
  });
}

test('system topics are reached only by patterns that spell their prefix (9)', async () => {
  const user = await stage.user('pub=/**', 'pub=/holdfast/**', 'sub=/**', 'sub=/holdfast/**', 'sub=/zato/s/to/**');
  const { sub_key } = await user.call('subscribe', { topic_name_list: ['/**', '/*/news'], name: 'wide' });
  await user.publish('/holdfast/news', 'of the system');
  await user.publish('/plain', 'seen');
  assert.equal(dataOf(await user.take(1)), ['seen']);
  await user.subscribe('/holdfast/**', { name: 'wide' });
  await user.publish('/holdfast/news', 'spelled out');
  assert.equal(dataOf(await user.take(1)), ['spelled out']);
  assert.is((await user.call('queue.browse', { sub_key })).depth, 0);
});

test('a right to everything is no right to a system topic (9)', async () => {
  const user = await stage.user();
  await refused(user.publish('/holdfast/news', 1), 'forbidden');
  await refused(user.publish('/zato/s/to/x', 1), 'forbidden');
  await refused(user.subscribe('/holdfast/dead-letter'), 'forbidden');
});

test('a publish to the name of a service goes to its topic, where there is one', async () => {
  await stage.admin.call('topic.create', { topic_name: '/zato/s/to/my_api_new' });
  const user = await stage.user('pub=/**', 'pub=/zato/s/to/**', 'sub=/zato/s/to/**', 'sub=/**');
  await user.call('subscribe', { topic_name_list: ['/zato/s/to/*', '/my.*'] });
  await user.publish('my.api.new', 'to the service');
  await user.publish('my.api.old', 'to a topic of that name');
  const messages = await user.take(2);
  assert.equal(
    messages.map(({ topic_name }) => topic_name),
    ['/zato/s/to/my_api_new', '/my.api.old'],
  );
});

test('the first slash of a name is added where it lacks, and case matters', async () => {
  const user = await stage.user();
  await user.subscribe('case/Room');
  await user.publish('/case/room', 'another');
  await user.publish('case/Room', 'this one');
  const [message] = await user.take(1);
  assert.equal([message!.topic_name, message!.data], ['/case/Room', 'this one']);
});

for (const topic_name of [
  '',
  '/',
  '//',
  '/a//b',
  '/a/',
  '/a*',
  '/a\u0000',
  '/a\nb',
  `/${'é'.repeat(250)}`,
  '/\ud800',
]) {
  test(`${JSON.stringify(topic_name.slice(0, 12))} is no name of a topic`, async () => {
    const { data } = await refused(stage.admin.publish(topic_name, 1), 'invalid_params');
    assert.is(data.path, 'topic_name');
  });
}

test('a name of 500 bytes is accepted', async () => {
  const topic = `/é${'x'.repeat(497)}`;
  assert.match(await stage.admin.publish(topic, 1), /^zpsm/);
});

test('a topic is created once, listed in pages and found by a part of its name', async () => {
  for (const name of ['/list/b', '/list/a', '/list/c']) {
    const created = await stage.admin.call('topic.create', { topic_name: name, is_active: name !== '/list/b' });
    assert.is(created.topic_name, name);
  }
  await refused(stage.admin.call('topic.create', { topic_name: '/list/a' }), 'conflict');
  const page = await stage.admin.call('topic.list', { search: '/list/', limit: 2 });
  assert.equal(
    page.items.map(item => [item.topic_name, item.is_active]),
    [
      ['/list/a', true],
      ['/list/b', false],
    ],
  );
  const rest = await stage.admin.call('topic.list', { search: '/list/', limit: 2, cursor: page.next_cursor! });
  assert.equal([rest.items.map(item => item.topic_name), rest.next_cursor], [['/list/c'], null]);
});

test('a list of topics tells who subscribes by name, how much lies there, and when the last message came', async () => {
  await stage.admin.subscribe('/told');
  const before = (await stage.admin.call('ping', {})).time_iso;
  await stage.admin.publish('/told', 1);
  const { items } = await stage.admin.call('topic.list', { search: '/told' });
  assert.equal([items[0]!.subscriptions, items[0]!.depth], [1, 1]);
  assert.ok(items[0]!.last_pub_time_iso! >= before);
});

test('a topic that is switched off refuses publishes, one without API subscriptions refuses those', async () => {
  await stage.admin.call('topic.create', { topic_name: '/off', is_active: false });
  await refused(stage.admin.publish('/off', 1), 'topic_inactive');
  await stage.admin.call('topic.create', { topic_name: '/closed', is_api_sub_allowed: false });
  await refused(stage.admin.subscribe('/closed'), 'forbidden');
});

test('a subscription that nobody uses loses a topic with a limit of inactivity, and one that is attached keeps it', async () => {
  const topic_name = '/inactive';
  await stage.admin.call('topic.create', { topic_name, limit_sub_inactivity: 1 });
  const gone = await stage.admin.call('subscription.create', {
    username: 'admin',
    topic_name,
    delivery_method: 'pull',
  });
  const sub_key = await stage.admin.subscribe(topic_name);
  await stage.admin.publish(topic_name, 1);
  const left = async () => (await stage.admin.call('topic.list', { search: topic_name })).items[0]!.subscriptions;
  // Nobody is told of it: who has it is not there.
  for (const deadline = Date.now() + 20_000; Date.now() < deadline && (await left()) === 2; );
  assert.is(await left(), 1);
  await refused(stage.admin.call('subscription.get', { sub_key: gone.sub_key }), 'not_found');
  assert.is((await stage.admin.call('subscription.get', { sub_key })).sub_key, sub_key);
});

test('options of a topic are shown complete, and change without those that are not named', async () => {
  const call: typeof stage.admin.call = (method, params) => stage.admin.call(method, params);
  const made = await call('topic.create', { topic_name: '/options', max_depth: 5, schema: { type: 'object' } });
  assert.equal([made.max_depth, made.schema, made.has_gd, made.on_no_subs_pub], [5, { type: 'object' }, true, 'drop']);
  const changed = await call('topic.update', { topic_name: 'options', max_depth: null, limit_retention: 60 });
  const { max_depth, limit_retention, schema } = changed;
  assert.equal([max_depth, limit_retention, schema], [null, 60, { type: 'object' }]);
  assert.equal(await call('topic.get', { topic_name: '/options' }), changed);
  await refused(call('topic.get', { topic_name: '/options/x' }), 'not_found');
  await refused(call('topic.update', { topic_name: '/options/x', is_active: true }), 'not_found');
  const user = await stage.user();
  await refused(user.call('topic.get', { topic_name: '/options' }), 'forbidden');
  await refused(user.call('topic.update', { topic_name: '/options', is_active: false }), 'forbidden');
});

test('the log of a topic is browsed in pages, in the order of delivery, with what is settled and stays', async () => {
  await stage.admin.call('topic.create', { topic_name: '/log', limit_retention: 600 });
  for (const [data, priority] of [
    ['a', 5],
    ['b', 9],
    ['c', 5],
    ['d', 1],
  ] as const) {
    await stage.admin.publish('/log', data, { priority });
  }
  const browse = (more: object) => stage.admin.call('topic.browse', { topic_name: '/log', ...more });
  const first = await browse({ max_messages: 3 });
  assert.equal(dataOf(first.messages as never), ['b', 'a', 'c']);
  assert.equal(dataOf((await browse({ cursor: first.next_cursor! })).messages as never), ['d']);
  assert.equal(dataOf((await browse({ priority: 5 })).messages as never), ['a', 'c']);
  assert.equal(dataOf((await browse({ search: '"data":"c"' })).messages as never), ['c']);
  assert.match(String(first.messages[0]!.msg_id), /^zpsm/);
  const user = await stage.user();
  await refused(user.call('topic.browse', { topic_name: '/log' }), 'forbidden');
  await refused(browse({ cursor: 'x' }), 'invalid_params');
});

test('a topic that was deleted and is made again has nothing of what it had', async () => {
  const user = await stage.user();
  const { sub_key } = await user.call('subscribe', { topic_name: '/again', delivery_method: 'pull', max_depth: 5 });
  await stage.admin.publish('/again', 'old');
  await stage.admin.publish('/again', 'older', { delay: 3_600 });
  assert.equal(await stage.admin.call('topic.delete', { topic_name: '/again' }), {});
  await refused(stage.admin.call('topic.get', { topic_name: '/again' }), 'not_found');
  await refused(stage.admin.call('topic.delete', { topic_name: '/holdfast/dead-letter' }), 'conflict');
  await refused(user.call('topic.delete', { topic_name: '/log' }), 'forbidden');
  await stage.admin.publish('/again', 'new');
  const { messages } = await user.call('pull', { sub_key });
  assert.equal(dataOf(messages), ['new']);
  assert.is((await stage.admin.call('topic.browse', { topic_name: '/again' })).messages.length, 1);
});

test('changes of a topic that are asked for at the same time are all made', async () => {
  await stage.admin.call('topic.create', { topic_name: '/at/once' });
  await Promise.all([
    stage.admin.call('topic.update', { topic_name: '/at/once', max_depth: 7 }),
    stage.admin.call('topic.update', { topic_name: '/at/once', has_gd: false }),
    stage.admin.call('topic.update', { topic_name: '/at/once', limit_retention: 9 }),
  ]);
  const { max_depth, has_gd, limit_retention } = await stage.admin.call('topic.get', { topic_name: '/at/once' });
  assert.equal([max_depth, has_gd, limit_retention], [7, false, 9]);
});

test('without auto_create_topics a topic has to be there before', async () => {
  const strict = await Stage.set({ autoCreateTopics: false, topics: [{ topicName: '/declared' }] });
  await refused(strict.admin.publish('/unknown', 1), 'not_found');
  await refused(strict.admin.subscribe('/unknown'), 'not_found');
  await strict.admin.subscribe('/unknown/**');
  assert.match(await strict.admin.publish('/declared', 1), /^zpsm/);
  await strict.strike();
});

test.run();
