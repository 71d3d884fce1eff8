import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Limits } from '../../../src/protocol/limits.js';
import { HookDouble } from '../../sim/hook-double.js';
import { Stage } from '../../sim/stage.js';

const test = suite('broker: on_subscribed and on_unsubscribed');

async function setStage(limits: Partial<Limits> = {}) {
  const hooks = new HookDouble({ '/t/**': ['on_subscribed', 'on_unsubscribed'] });
  const stage = await Stage.open({ hooks: hooks.parts, limits });
  return { hooks, stage, world: stage.world, subscriber: stage.world.broker.subscriber };
}

const receiver = { id: 1, username: 'receiver', name: null, delivery_method: 'notify' };

test('a hook hears of each topic of its own that somebody subscribes to, and of no key', async () => {
  const { hooks, stage } = await setStage();
  const subKey = await stage.subscribe(['/t/a', '/other', '/t/*', '/t/a']);
  assert.equal(hooks.heard, [
    { on: 'subscribed', topicName: '/t/a', subscription: receiver, isNew: true },
    { on: 'subscribed', topicName: '/t/*', subscription: receiver, isNew: true },
  ]);
  assert.not.match(JSON.stringify(hooks.heard), subKey);
});

test('a hook hears of each pattern that reaches a topic of its own, however wide it is', async () => {
  const { hooks, stage } = await setStage();
  await stage.subscribe(['/**', '/*/x', '/t/*', '/u/**', '/*', '/ta/*']);
  assert.equal(
    hooks.heard.map(one => one.topicName),
    ['/**', '/*/x', '/t/*', '/*'],
  );
});

test('who comes back for a subscription is not heard of, but a topic that it gets is', async () => {
  const { hooks, stage, world } = await setStage();
  await world.subscribe(stage.receiver, { patterns: ['/t/a'], name: 'n' });
  await world.subscribe(stage.receiver, { patterns: ['/t/a'], name: 'n' });
  await world.subscribe(stage.receiver, { patterns: ['/t/a', '/t/b'], name: 'n' });
  assert.equal(
    hooks.heard.map(one => [one.topicName, 'isNew' in one && one.isNew, one.subscription.name]),
    [
      ['/t/a', true, 'n'],
      ['/t/b', false, 'n'],
    ],
  );
});

test('a hook hears of each topic that a subscription loses, and why', async () => {
  const { hooks, stage, world, subscriber } = await setStage();
  const subKey = await stage.subscribe(['/t/a', '/t/b', '/other']);
  hooks.heard.length = 0;
  await world.run(subscriber.unsubscribe(stage.receiver, subKey, '/t/a'));
  await world.run(subscriber.delete(stage.receiver, subKey, null));
  assert.equal(hooks.heard, [
    { on: 'unsubscribed', topicName: '/t/a', subscription: receiver, reason: 'unsubscribed' },
    { on: 'unsubscribed', topicName: '/t/b', subscription: receiver, reason: 'deleted' },
  ]);
});

test('a subscription that goes with its socket is told as closed, and a socket that ends as nothing', async () => {
  const { hooks, stage, world, subscriber } = await setStage();
  const sink = world.sink();
  const { subscription } = await world.subscribe(stage.receiver, { patterns: ['/t/a'], sink, unsubOnClose: true });
  await world.drop(sink);
  assert.is(hooks.heard.length, 1);
  await world.run(subscriber.abandon(subscription));
  assert.equal(
    hooks.heard.slice(1).map(one => 'reason' in one && one.reason),
    ['closed'],
  );
});

test('what is refused is not told', async () => {
  const { hooks, stage, world } = await setStage();
  const stranger = await world.endpoint('stranger', []);
  await world.subscribe(stranger, { patterns: ['/t/a'] }).catch(() => {});
  assert.is(hooks.heard.length, 0);
  await stage.subscribe(['/t/a']);
  assert.is(hooks.heard.length, 1);
});

test('a hook that fails is counted and logged, and the subscription is there all the same', async () => {
  const { hooks, stage, world } = await setStage();
  hooks.onHeard = () => {
    throw new Error('no');
  };
  const subKey = await stage.subscribe(['/t/a']);
  assert.is(await world.depth(subKey), 0);
  assert.is(world.broker.hookCounters.failures.on_subscribed.error, 1);
  assert.equal(hooks.logged, [
    { hook: 'on_subscribed', topic_name: '/t/a', sub_id: 1, cause: 'error', error: 'no', details: undefined },
  ]);
});

test('(6): of more than so many the hooks are not told', async () => {
  const { hooks, stage, world } = await setStage({ hook_tellings_max: 2 });
  await stage.subscribe(['/t/a', '/t/b', '/t/c']);
  assert.is(hooks.heard.length, 2);
  assert.is(world.broker.hookCounters.failures.on_subscribed.unavailable, 1);
  await stage.subscribe(['/t/a']);
  assert.is(hooks.heard.length, 3, 'there is room again');
});

test.run();
