import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { HookName } from '../../../src/broker/hooks/hooks.js';
import type { OnRamFull } from '../../../src/broker/publish/ram-room.js';
import { changed, HookDouble, unchanged } from '../../sim/hook-double.js';
import { Stage } from '../../sim/stage.js';

const test = suite('messages in memory only, with hooks');

const inRam = { hasGd: false };
/** Room for five of the messages below, as in `ram-room.test.ts`. */
const ram_bytes_max = 8_000;

async function setStage(names: HookName[], onRamFull?: OnRamFull) {
  const hooks = new HookDouble({ '/t': names });
  const stage = await Stage.open({ hooks: hooks.parts, onRamFull, limits: { ram_bytes_max } });
  const subKey = await stage.subscribe(['/t', '/plain'], { wait_non_sock_err: 1 });
  return { hooks, stage, subKey, sink: await stage.attach(subKey), counters: stage.world.broker.counters };
}

const full = 'x'.repeat(ram_bytes_max);

/** Publishes so much to a topic without a hook that nothing else has room. */
function fill(stage: Stage) {
  return stage.publish(['x'.repeat(7_324)], { ...inRam, topicName: '/plain' });
}

test('a message that before_publish changes stays in memory, and comes as it was changed', async () => {
  const { hooks, stage, sink } = await setStage(['before_publish']);
  hooks.onPublish = () => changed({ data: 'changed', priority: 7 });
  const [published] = await stage.publish(['as it was'], inRam);
  assert.ok(published && 'isInRam' in published && published.isInRam);
  assert.equal(sink.data, [['changed']]);
  assert.is(sink.deliveries[0]!.messages[0]!.priority, 7);
  assert.not.match(JSON.stringify(stage.world.commits), 'changed');
});

test('what counts against the memory is what before_publish made of a message', async () => {
  const { hooks, stage, sink } = await setStage(['before_publish']);
  hooks.onPublish = () => changed({ data: full });
  const [published] = await stage.publish(['small'], inRam);
  assert.is(published && 'error' in published && published.error.name, 'too_large');
  hooks.onPublish = () => changed({ data: 'small' });
  assert.ok('msgId' in (await stage.publish([full], inRam))[0]!);
  assert.equal(sink.data, [['small']]);
});

test('a hook cannot say whether a message is in memory', async () => {
  const { hooks, stage } = await setStage(['before_publish']);
  hooks.onPublish = () => changed({ has_gd: true });
  const [published] = await stage.publish([1], inRam);
  assert.is(published && 'error' in published && published.error.name, 'internal_error');
});

test('a message that goes for another while before_delivery has it is delivered all the same', async () => {
  const { hooks, stage, sink, counters } = await setStage(['before_delivery'], 'drop_oldest');
  await stage.publish([1, 2], inRam);
  await fill(stage);
  assert.ok(counters.sweptRamFull >= 2);
  hooks.deliveries[0]!.answer(unchanged);
  hooks.deliveries[1]!.answer(changed({ data: 'two' }));
  await stage.world.clock.quiet();
  assert.equal(sink.data[0], [1, 'two']);
  assert.is(counters.ramLost, 0);
});

test.run();
