import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { OnRamFull } from '../../../src/broker/publish/ram-room.js';
import { limits } from '../../../src/protocol/limits.js';
import { Stage } from '../../sim/stage.js';
import type { Published } from '../../sim/world.js';

const test = suite('room for messages in memory only');

const inRam = { hasGd: false };
/** Five messages of this size fit. */
const text = (one: number | string) => `${one}${'.'.repeat(1_000)}`;
const ram_bytes_max = 8_000;

function open(onRamFull?: OnRamFull): Promise<Stage> {
  return Stage.open({ onRamFull, limits: { ram_bytes_max } });
}

function publish(stage: Stage, numbers: number[], rest: object = {}): Promise<Published[]> {
  return stage.publish(numbers.map(text), { ...inRam, ...rest });
}

function names(outcomes: Published[]): string[] {
  return outcomes.map(one => ('error' in one ? one.error.name : 'published'));
}

async function drained(stage: Stage, subKey: string): Promise<number[]> {
  const data = await stage.drain(await stage.attach(subKey));
  return data.map(one => Number.parseInt(`${one}`, 10));
}

test('by default a publish is refused, also among those of one turn, and those that are guaranteed go on (6)', async () => {
  const stage = await open();
  const subKey = await stage.subscribe();
  const outcomes = await publish(stage, [1, 2, 3, 4, 5, 6, 7]);
  assert.equal(names(outcomes), [...new Array(5).fill('published'), 'overloaded', 'overloaded']);
  const refused = outcomes[6]!;
  assert.is('error' in refused && refused.error.details.retry_after, 1);
  assert.equal(names(await publish(stage, [8], { hasGd: true })), ['published']);
  assert.is(stage.world.broker.counters.ramRefused, 2);
  assert.ok(stage.world.broker.ram!.bytes <= ram_bytes_max);
  assert.equal(await drained(stage, subKey), [1, 2, 3, 4, 5, 8]);
});

test('room comes back with what is settled, and with what was refused or used before', async () => {
  const stage = await open();
  const sink = await stage.attach(await stage.subscribe());
  for (let round = 0; round < 4; round += 1) {
    const msgId = `zpsm-${round}`;
    assert.equal(names(await publish(stage, [1, 2, 3], {})), ['published', 'published', 'published']);
    assert.equal(
      names(await publish(stage, [4, 5], { msgId })),
      ['published', 'published'],
      'the second is a duplicate',
    );
    assert.equal(names(await publish(stage, [6, 7])), ['published', 'overloaded']);
    await stage.drain(sink);
    await stage.world.clock.advance(2 * limits.sweep_interval_ms + 100);
    assert.is(stage.world.broker.ram!.messages, 0);
  }
});

test('a message that is larger than all of the memory is too large', async () => {
  const stage = await open('drop_oldest');
  const subKey = await stage.subscribe();
  await publish(stage, [1]);
  const [outcome] = await stage.publish(['x'.repeat(ram_bytes_max)], inRam);
  assert.equal(names([outcome!]), ['too_large']);
  assert.equal(await drained(stage, subKey), [1], 'nothing was dropped for it');
});

test('drop_oldest: the oldest go, whatever their priority, and are counted', async () => {
  const stage = await open('drop_oldest');
  const subKey = await stage.subscribe();
  await publish(stage, [1], { priority: 9 });
  await publish(stage, [2, 3, 4, 5]);
  await publish(stage, [6, 7], { priority: 1 });
  assert.is(await stage.world.depth(subKey), 5);
  assert.is(stage.world.broker.counters.sweptRamFull, 2);
  assert.equal(await drained(stage, subKey), [3, 4, 5, 6, 7]);
});

test('drop_lowest_priority: the oldest of the lowest go, and none that is above the new one', async () => {
  const stage = await open('drop_lowest_priority');
  const subKey = await stage.subscribe();
  await publish(stage, [1, 2], { priority: 5 });
  await publish(stage, [3, 4], { priority: 2 });
  await publish(stage, [5], { priority: 9 });
  assert.equal(names(await publish(stage, [6], { priority: 1 })), ['overloaded']);
  assert.equal(names(await publish(stage, [7], { priority: 2 })), ['published']);
  assert.equal(names(await publish(stage, [8, 9, 10], { priority: 6 })), ['published', 'published', 'published']);
  assert.equal(await drained(stage, subKey), [5, 8, 9, 10, 2]);
});

test('drop_lowest_priority: what is addressed to single subscriptions goes like any other', async () => {
  const stage = await open('drop_lowest_priority');
  const subKey = await stage.subscribe();
  await publish(stage, [1, 2, 3], { deliverToSk: [subKey], priority: 1 });
  await publish(stage, [4, 5, 6, 7]);
  assert.equal(await drained(stage, subKey), [4, 5, 6, 7, 3]);
});

test('who is attached and was still to get what goes is told, and does not get it', async () => {
  const stage = await open('drop_oldest');
  const busy = await stage.subscribe(['/t'], { max_in_flight: 1 });
  const quick = await stage.subscribe(['/t']);
  const elsewhere = await stage.subscribe(['/other']);
  const sinks = [await stage.attach(busy), await stage.attach(quick), await stage.attach(elsewhere)] as const;
  await publish(stage, [1, 2, 3, 4, 5]);
  await publish(stage, [6, 7]);
  const told = { kind: 'dropped', reason: 'ram_full' } as const;
  assert.equal(
    sinks.map(sink => sink.told),
    [[{ ...told, subKey: busy, count: 1 }], [], []],
  );
  assert.is(stage.world.broker.counters.ramLost, 1);
  const data = (await stage.drain(sinks[0])).map(one => Number.parseInt(`${one}`, 10));
  assert.equal(data, [1, 3, 4, 5, 6, 7], 'the first was out already');
});

test('a page that was fetched before does not bring back what is gone', async () => {
  const stage = await open('drop_oldest');
  const subKey = await stage.subscribe();
  await publish(stage, [1, 2, 3, 4, 5]);
  const sink = stage.world.sink();
  sink.isReady = false;
  await stage.world.attach(stage.receiver, subKey, sink);
  await publish(stage, [6]);
  assert.is(sink.told.length, 1);
  sink.isReady = true;
  await stage.world.use(subKey, async one => stage.world.broker.subscriptions.wake(one));
  assert.equal(
    (await stage.drain(sink)).map(one => Number.parseInt(`${one}`, 10)),
    [2, 3, 4, 5, 6],
  );
});

test('what is out when it goes may be settled; after a nack it does not come again, and that is told', async () => {
  const stage = await open('drop_oldest');
  const subKey = await stage.subscribe(['/t'], { delivery_batch_size: 1, wait_non_sock_err: 0 });
  const sink = await stage.attach(subKey);
  await publish(stage, [1, 2, 3, 4, 5]);
  await publish(stage, [6, 7]);
  assert.is(stage.world.broker.counters.ramLost, 0);
  sink.deliveries[0]!.attempt.acked();
  sink.deliveries[1]!.attempt.failed('no');
  await stage.world.clock.advance(100);
  assert.is(stage.world.broker.counters.ramLost, 1);
  assert.equal(sink.told, [{ kind: 'dropped', subKey, count: 1, reason: 'ram_full' }]);
  assert.is(sink.deliveries.length, 7);
});

test('what waits for another attempt, or was edited, does not go, and what cannot go makes no room', async () => {
  const stage = await open('drop_oldest');
  const subKey = await stage.subscribe(['/t'], { wait_non_sock_err: 60 });
  const sink = await stage.attach(subKey);
  await publish(stage, [1, 2, 3, 4, 5]);
  for (const delivery of sink.deliveries) delivery.attempt.failed('no');
  await stage.world.clock.advance(1_000);
  assert.equal(names(await publish(stage, [6])), ['overloaded']);
  await stage.world.clock.advance(60_000);
  assert.is(sink.data.flat().length, 10);
});

test.run();
