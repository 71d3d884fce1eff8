import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { HookName, PublishVerdict } from '../../../src/broker/hooks/hooks.js';
import type { Limits } from '../../../src/protocol/limits.js';
import { changed, HookDouble, unchanged } from '../../sim/hook-double.js';
import { Stage } from '../../sim/stage.js';
import type { Published } from '../../sim/world.js';

const test = suite('broker: before_publish');

async function setStage(limits: Partial<Limits> = {}, names: HookName[] = ['before_publish']) {
  const hooks = new HookDouble({ '/t': names });
  const stage = await Stage.open({ hooks: hooks.parts, limits });
  const subKey = await stage.subscribe(['/t', '/plain']);
  return { hooks, stage, subKey, sink: await stage.attach(subKey) };
}

function errorOf(published: Published | undefined) {
  assert.ok(published && 'error' in published, 'it was published');
  return published.error;
}

test('a message goes out to all as the hook changed it, and keeps the rest as it was written', async () => {
  const { hooks, stage, sink } = await setStage();
  hooks.onPublish = () =>
    changed({ data: { a: [1] }, priority: 7, expiration: 60, mime_type: 'text/x', correl_id: 'c' });
  await stage.publish([1], { userCtx: '{"big":12345678901234567890}', inReplyTo: 'r' });
  const [message] = sink.deliveries[0]!.messages as unknown as Record<string, unknown>[];
  const { data, priority, expiration, mime_type, correl_id, size, in_reply_to } = message!;
  const expected = { data: { a: [1] }, priority: 7, expiration: 60, mime_type: 'text/x', correl_id: 'c', size: 9 };
  assert.equal({ data, priority, expiration, mime_type, correl_id, size }, expected);
  assert.is(in_reply_to, 'r');
});

test('the hook sees who publishes what where, as it was written', async () => {
  const { hooks, stage } = await setStage();
  const seen: string[] = [];
  hooks.onPublish = (_, call) => {
    seen.push(call.message);
    assert.is(call.topicName, '/t');
    assert.is(call.username, 'publisher');
    return unchanged;
  };
  const more = { topicName: 't', msgId: 'zpsm-mine', userCtx: '{"n":12345678901234567890}', positionInGroup: 3 };
  await stage.world.publish(stage.publisher, { data: '"x"', ...more });
  assert.equal(seen, [
    '{"data":"x","topic_name":"/t","priority":5,"expiration":86400,"delay":0,"mime_type":"application/json"' +
      ',"msg_id":"zpsm-mine","position_in_group":3,"user_ctx":{"n":12345678901234567890}}',
  ]);
});

test('what a hook may leave out is left out', async () => {
  const { hooks, stage, sink } = await setStage();
  hooks.onPublish = () => changed({ correl_id: null, data: null });
  await stage.publish([1], { correlId: 'c' });
  const [message] = sink.deliveries[0]!.messages;
  assert.is(message!.data, null);
  assert.not.ok('correl_id' in message!);
});

test('a refusal is told to the publisher with its reason, counted, and nothing is stored', async () => {
  const { hooks, stage, sink, subKey } = await setStage();
  hooks.onPublish = data => (data === 1 ? { kind: 'refuse', reason: 'no ones' } : unchanged);
  const [refused, passed] = await stage.publish([1, 2]);
  const error = errorOf(refused);
  assert.is(error.name, 'forbidden');
  assert.is(error.details.reason, 'no ones');
  assert.ok('msgId' in passed!);
  assert.equal(sink.data, [[2]]);
  assert.is(await stage.world.depth(subKey), 1);
  assert.is(stage.world.broker.counters.hookRefused, 1);
  assert.is(stage.world.broker.counters.published, 1);
});

const failures: [PublishVerdict, string, boolean][] = [
  [{ kind: 'failed', cause: 'error', error: 'secret of the hook' }, 'internal_error', true],
  [{ kind: 'failed', cause: 'timeout', error: 'too slow' }, 'overloaded', false],
  [{ kind: 'failed', cause: 'unavailable', error: 'restarting' }, 'overloaded', false],
  [changed({ priority: 10 }), 'internal_error', true],
  [changed({ topic_name: '/other' }), 'internal_error', true],
  [changed({ msg_id: 'zpsm1' }), 'internal_error', true],
  [changed({ mime_type: null }), 'internal_error', true],
  [{ kind: 'pass', change: '[1]' }, 'internal_error', true],
  [{ kind: 'pass', change: '{"data":' }, 'internal_error', true],
  [{ kind: 'pass', change: `{"data":${'['.repeat(70)}${']'.repeat(70)}}` }, 'internal_error', true],
];

for (const [verdict, name, isOurs] of failures) {
  test(`a failed hook fails the publish for certain, and tells no secrets: ${JSON.stringify(verdict).slice(0, 60)}`, async () => {
    const { hooks, stage, sink } = await setStage();
    hooks.onPublish = () => verdict;
    const error = errorOf((await stage.publish([1]))[0]);
    assert.is(error.name, name);
    assert.is(error.details.outcome ?? error.kind.outcome, 'definite');
    assert.is(error.details.retryable ?? error.kind.retryable, true);
    assert.not.match(error.message, 'secret');
    assert.is(sink.deliveries.length, 0);
    assert.is(hooks.logged.length, 1);
    const { failures: counted } = stage.world.broker.hookCounters;
    assert.is(
      isOurs ? counted.before_publish.error : counted.before_publish.timeout + counted.before_publish.unavailable,
      1,
    );
  });
}

test('a hook that rejects is a failure like any other', async () => {
  const { hooks, stage } = await setStage();
  hooks.onPublish = () => {
    throw new Error('gone');
  };
  assert.is(errorOf((await stage.publish([1]))[0]).name, 'internal_error');
});

test('the publishes of one sender keep their order, whichever is answered first, also beside topics without hooks', async () => {
  const { hooks, stage, sink } = await setStage();
  const published = stage.world.startPublish(stage.publisher, [
    { data: '1' },
    { data: '2', topicName: '/plain' },
    { data: '3' },
    { data: '4', topicName: '/new' },
    { data: '5' },
  ]);
  await stage.world.clock.quiet();
  assert.equal(
    hooks.publishes.map(({ data }) => data),
    [1, 3, 5],
    'all are asked about at once',
  );
  assert.is(published.length, 0);
  hooks.publishes[2]!.answer(unchanged);
  hooks.publishes[1]!.answer(unchanged);
  await stage.world.clock.quiet();
  assert.is(sink.deliveries.length, 0);
  hooks.publishes[0]!.answer(unchanged);
  await stage.world.clock.quiet();
  assert.equal(sink.data.flat(), [1, 2, 3, 5]);
  assert.is(published.filter(one => 'msgId' in one).length, 5);
});

test('no publish waits for the hook of another sender', async () => {
  const { stage, sink } = await setStage();
  const other = await stage.world.endpoint('other', ['pub=/**']);
  stage.world.startPublish(stage.publisher, [{ data: '1' }]);
  await stage.world.publish(other, { data: '2', topicName: '/plain' });
  assert.equal(sink.data, [[2]]);
});

test('(6): so many wait for hooks, and further ones are overloaded', async () => {
  const { hooks, stage, sink } = await setStage({ hook_publishes_max: 2, hook_calls_max: 1 });
  const published = stage.world.startPublish(stage.publisher, [{ data: '1' }, { data: '2' }, { data: '3' }]);
  await stage.world.clock.quiet();
  assert.is(hooks.publishes.length, 1, 'one is under way at a time');
  assert.is(errorOf(published[2]).name, 'overloaded');
  hooks.publishes[0]!.answer(unchanged);
  await stage.world.clock.quiet();
  hooks.publishes[1]!.answer(unchanged);
  await stage.world.clock.quiet();
  assert.equal(sink.data.flat(), [1, 2]);
  hooks.onPublish = () => unchanged;
  assert.ok('msgId' in (await stage.publish([4]))[0]!, 'there is room again');
});

test('(6): so much data waits for hooks, but one message always may', async () => {
  const { hooks, stage } = await setStage({ hook_bytes_max: 10 });
  const published = stage.world.startPublish(stage.publisher, [{ data: '"more than ten"' }, { data: '1' }]);
  await stage.world.clock.quiet();
  assert.is(hooks.publishes.length, 1);
  assert.is(errorOf(published[1]).name, 'overloaded');
});

test('a msg_id that is sent again is a duplicate, and no hook hears of it', async () => {
  const { hooks, stage, sink } = await setStage();
  hooks.onPublish = () => unchanged;
  const [first] = await stage.publish([1], { msgId: 'zpsm-mine' });
  hooks.onPublish = () => ({ kind: 'refuse', reason: 'not any more' });
  const [again] = await stage.publish([1], { msgId: 'zpsm-mine' });
  assert.equal(first, { msgId: 'zpsm-mine', isDuplicate: false });
  assert.equal(again, { msgId: 'zpsm-mine', isDuplicate: true });
  assert.equal(sink.data, [[1]]);
  const other = await stage.world.endpoint('other', ['pub=/**']);
  const [taken] = await stage.world.publish(other, { msgId: 'zpsm-mine' });
  assert.is(errorOf(taken).name, 'conflict');
});

test('a msg_id that is sent again while the hook thinks is published once', async () => {
  const { hooks, stage, sink } = await setStage();
  const one = stage.world.startPublish(stage.publisher, [{ msgId: 'zpsm-mine' }]);
  const two = stage.world.startPublish(stage.publisher, [{ msgId: 'zpsm-mine' }]);
  await stage.world.clock.quiet();
  for (const asked of hooks.publishes) asked.answer(unchanged);
  await stage.world.clock.quiet();
  assert.equal(
    [one[0], two[0]].map(each => (each as { isDuplicate: boolean }).isDuplicate),
    [false, true],
  );
  assert.is(sink.data.flat().length, 1);
});

test('a right that went while the hook thought is a right no more', async () => {
  const { hooks, stage } = await setStage();
  const published = stage.world.startPublish(stage.publisher, [{}]);
  await stage.world.clock.quiet();
  await stage.world.run(stage.world.broker.endpointAdmin.update(stage.publisher, { patterns: ['pub=/other'] }));
  hooks.publishes[0]!.answer(unchanged);
  await stage.world.clock.quiet();
  assert.is(errorOf(published[0]).name, 'forbidden');
});

test('who may not publish is refused before any hook hears of it', async () => {
  const { hooks, stage } = await setStage();
  const stranger = await stage.world.endpoint('stranger', []);
  const published = await stage.world.publish(stranger, {}, {});
  assert.equal(
    published.map(one => errorOf(one).name),
    ['forbidden', 'forbidden'],
  );
  assert.is(hooks.publishes.length, 0);
});

test('a delayed message is hooked when it is published, not when it is due', async () => {
  const { hooks, stage, sink } = await setStage();
  hooks.onPublish = () => changed({ data: 'changed' });
  await stage.publish([1], { delay: 5 });
  hooks.onPublish = () => ({ kind: 'refuse', reason: 'too late' });
  await stage.world.clock.advance(5_001);
  assert.equal(sink.data, [['changed']]);
});

test('a message for one subscription is hooked too', async () => {
  const { hooks, stage, sink, subKey } = await setStage();
  hooks.onPublish = () => changed({ data: 'changed' });
  await stage.publish([1], { deliverToSk: [subKey] });
  assert.equal(sink.data, [['changed']]);
});

test('other hooks of a topic, and those that a reload took away, have no part in a publish', async () => {
  const { hooks, stage, sink } = await setStage({}, ['on_subscribed']);
  await stage.publish([1]);
  hooks.loaded.set('/t', ['before_publish']);
  hooks.version += 1;
  hooks.onPublish = () => changed({ data: 'changed' });
  await stage.publish([2]);
  hooks.loaded.clear();
  hooks.version += 1;
  await stage.publish([3]);
  assert.equal(sink.data.flat(), [1, 'changed', 3]);
});

test('who waits for a hook when the server stops is refused after a time, and who waits behind is not', async () => {
  const { hooks, stage, sink } = await setStage();
  const { world, publisher } = stage;
  const asked = world.publish(publisher, { data: '1' }, { data: '2', topicName: '/plain' });
  await world.clock.quiet();
  let isSettled = false;
  const settled = world.broker.publisher.settled().then(() => {
    isSettled = true;
  });
  await world.clock.advance(1_900);
  assert.not.ok(isSettled);
  await world.clock.advance(200);
  await settled;
  const [refused] = await asked;
  const error = errorOf(refused);
  assert.equal([error.name, error.kind.outcome, error.kind.retryable], ['overloaded', 'definite', true]);
  hooks.publishes[0]!.answer(unchanged);
  await world.clock.quiet();
  assert.equal(sink.data, [[2]], 'an answer that comes later changes nothing');
});

test('a stop waits for no hook longer than it takes', async () => {
  const { hooks, stage } = await setStage();
  const asked = stage.world.publish(stage.publisher, { data: '1' });
  await stage.world.clock.quiet();
  const settled = stage.world.broker.publisher.settled();
  hooks.publishes[0]!.answer(unchanged);
  await stage.world.clock.quiet();
  await settled;
  assert.ok('msgId' in (await asked)[0]!);
});

test.run();
