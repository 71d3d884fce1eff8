import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Edit } from '../../../src/broker/publish/compose.js';
import { HoldfastError } from '../../../src/protocol/errors.js';
import { Stage } from '../../sim/stage.js';
import type { Published } from '../../sim/world.js';

const test = suite('delayed messages');

interface Shown {
  msg_id: string;
  data: unknown;
  version: number;
  priority: number;
  due_time_iso: string;
  recv_time_iso: string;
  expiration_time_iso: string;
  username: string;
}

function idOf(published: Published | undefined): string {
  if (!published || 'error' in published) throw new Error('It was not published.');
  return published.msgId;
}

async function list(stage: Stage, rest: { search?: string; limit?: number; cursor?: string } = {}): Promise<Shown[]> {
  const listed = stage.world.broker.delayed.list({ endpointId: null, limit: 50, ...rest });
  return (await stage.world.run(listed)).items.map(text => JSON.parse(text) as Shown);
}

/** Changes one; answers it as it is then. */
async function update(stage: Stage, msgId: string, changes: Edit, version?: number): Promise<Shown> {
  const { delayed } = stage.world.broker;
  const updating = delayed.find(msgId).then(row => delayed.update(row, changes, version));
  return JSON.parse(await stage.world.run(updating)) as Shown;
}

async function refusal(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => null,
    reason => reason as unknown,
  );
  assert.instance(error, HoldfastError);
  return (error as HoldfastError).name;
}

test('(1): are changed as they are listed, and come changed, at their new time, also after a crash', async () => {
  const stage = await Stage.open();
  const subKey = await stage.subscribe();
  const [first] = await stage.publish(['a'], { delay: 60, expiration: 30 });
  await stage.publish(['b'], { delay: 30 });
  const [, shown] = await list(stage);
  assert.equal([shown!.data, shown!.version, shown!.username], ['a', 1, 'publisher']);
  assert.is(shown!.due_time_iso, shown!.recv_time_iso);
  const { delayed } = stage.world.broker;
  const changed = await update(
    stage,
    idOf(first),
    { data: '"new"', priority: 9, receivedMicros: delayed.dueIn(10) },
    1,
  );
  assert.equal(changed, (await list(stage))[0]);
  assert.equal([changed.data, changed.version, changed.priority], ['new', 2, 9]);
  assert.is(Date.parse(changed.expiration_time_iso) - Date.parse(changed.recv_time_iso), 30_000);
  await stage.world.crash();
  const sink = await stage.attach(subKey);
  await stage.world.clock.advance(9_999);
  assert.equal(sink.data, []);
  await stage.world.clock.advance(2);
  assert.equal(sink.data, [['new']]);
  assert.is(sink.deliveries[0]!.messages[0]!.recv_time_iso, changed.recv_time_iso);
  await stage.world.clock.advance(20_000);
  assert.equal(sink.data, [['new'], ['b']]);
});

test('what was to come first and is put off holds the next one up by nothing', async () => {
  const stage = await Stage.open();
  const sink = stage.world.sink();
  await stage.subscribe(['/t'], {}, sink);
  const [first] = await stage.publish(['a'], { delay: 10 });
  await stage.publish(['b'], { delay: 20 });
  await update(stage, idOf(first), { receivedMicros: stage.world.broker.delayed.dueIn(30) });
  await stage.world.clock.advance(20_000);
  assert.equal(sink.data, [['b']]);
  await stage.world.clock.advance(10_000);
  assert.equal(sink.data, [['b'], ['a']]);
});

test('one that is cancelled never comes, its id stays used, and it is counted', async () => {
  const stage = await Stage.open();
  const sink = stage.world.sink();
  await stage.subscribe(['/t'], {}, sink);
  const msgId = 'zpsm-mine';
  await stage.publish(['a'], { delay: 10, msgId });
  const { delayed, counters } = stage.world.broker;
  await stage.world.run(delayed.find(msgId).then(row => delayed.cancel(row)));
  await stage.world.clock.advance(20_000);
  assert.equal(sink.data, []);
  assert.is(counters.cancelled, 1);
  assert.is(await refusal(stage.world.run(delayed.find(msgId))), 'not_found');
  assert.equal(await stage.publish(['again'], { msgId }), [{ msgId, isDuplicate: true }]);
});

test('a change at the moment at which it is due holds whole or not at all', async () => {
  const outcomes = new Set<string>();
  for (let seed = 0; seed < 40; seed += 1) {
    const stage = await Stage.open({ seed });
    const sink = stage.world.sink();
    await stage.subscribe(['/t'], {}, sink);
    const isCancelled = seed % 2 === 0;
    let outcome = '';
    const { delayed } = stage.world.broker;
    const [published] = await stage.publish(['old'], { delay: 10 });
    await stage.world.clock.advance(9_999);
    const row = await stage.world.run(delayed.find(idOf(published)));
    const change = () => {
      const work: Promise<unknown> = isCancelled ? delayed.cancel(row) : delayed.update(row, { data: '"new"' }, 1);
      work.then(
        () => (outcome = isCancelled ? 'cancelled' : 'new'),
        (error: HoldfastError) => (outcome = error.name),
      );
    };
    // The timer by which it enters was set before this one.
    if (seed % 4 < 2) stage.world.clock.after(1, change);
    else change();
    await stage.world.clock.advance(5_000);
    const expected = { conflict: [['old']], new: [['new']], cancelled: [] }[outcome];
    assert.equal(sink.data, expected, `seed ${seed}: ${outcome}`);
    outcomes.add(outcome);
  }
  assert.equal([...outcomes].sort(), ['cancelled', 'conflict', 'new']);
});

test('one of two changes of the same version is a conflict', async () => {
  const stage = await Stage.open();
  const msgId = idOf((await stage.publish(['a'], { delay: 10 }))[0]);
  const row = await stage.world.run(stage.world.broker.delayed.find(msgId));
  const { delayed } = stage.world.broker;
  const both = Promise.allSettled([
    delayed.update(row, { data: '1' }, undefined),
    delayed.update(row, { data: '2' }, undefined),
  ]);
  assert.equal(
    (await stage.world.run(both)).map(({ status }) => status),
    ['fulfilled', 'rejected'],
  );
  assert.equal(
    (await list(stage)).map(({ data }) => data),
    [1],
  );
  assert.is(await refusal(update(stage, msgId, { data: '3' }, 1)), 'conflict');
});

test('(6): are listed page by page, each once, with what is searched for', async () => {
  const stage = await Stage.open({ limits: { page_messages: 3 } });
  for (let n = 0; n < 10; n += 1) await stage.publish([`n${n % 2}`], { delay: 10 - n });
  const found: unknown[] = [];
  let cursor: string | undefined;
  do {
    const request = { endpointId: null, limit: 2, search: 'n1', cursor };
    const { items, nextCursor } = await stage.world.run(stage.world.broker.delayed.list(request));
    assert.ok(items.length <= 2);
    found.push(...items.map(text => (JSON.parse(text) as Shown).msg_id));
    cursor = nextCursor ?? undefined;
  } while (cursor);
  assert.is(new Set(found).size, 5);
  assert.is(found.length, 5);
  assert.equal((await list(stage)).length, 10);
  assert.is(await refusal(list(stage, { cursor: 'next' })), 'invalid_params');
});

test('its topic tells that something was published when a message enters it, also for single subscriptions', async () => {
  const stage = await Stage.open();
  const subKey = await stage.subscribe();
  const timeOf = (name: string) => stage.world.broker.topics.get(name).lastPublishedMicros;
  await stage.publish(['a'], { deliverToSk: [subKey] });
  const first = stage.world.clock.nowMicros();
  assert.is(timeOf('/t'), first);
  await stage.publish(['b'], { delay: 10, deliverToSk: [subKey] });
  await stage.publish(['c'], { delay: 20 });
  for (const seconds of [10, 20]) {
    await stage.world.clock.advance(9_999);
    assert.ok(timeOf('/t') < first + seconds * 1e6);
    await stage.world.clock.advance(1);
    assert.is(timeOf('/t'), first + seconds * 1e6);
  }
});

test('a time that is over is now, and one beyond all delays is refused', async () => {
  const stage = await Stage.open();
  const { delayed } = stage.world.broker;
  const now = stage.world.clock.nowMicros();
  assert.is(delayed.dueAt(0), now + 1);
  assert.is(delayed.dueAt(now + 5_000_000), now + 5_000_000);
  for (const micros of [now + 1e14, Number.NaN]) {
    assert.throws(
      () => delayed.dueAt(micros),
      (error: HoldfastError) => error.name === 'invalid_params',
    );
  }
});

test.run();
