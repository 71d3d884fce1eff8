import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { HoldfastError } from '../../../src/protocol/errors.js';
import type { Limits } from '../../../src/protocol/limits.js';
import type { CommitFault } from '../../../src/store/memory.js';
import type { Operation } from '../../../src/store/store.js';
import { Stage } from '../../sim/stage.js';

const test = suite('dead letters that are put back');

interface Options {
  limits?: Partial<Limits>;
  fault?: (operations: Operation[]) => CommitFault | null;
  seed?: number;
}

/** A stage with a queue that has given up these messages, which nobody receives any more. */
async function withLetters(data: string[], options: Options = {}) {
  const stage = await Stage.open(options);
  const dead = await stage.subscribe(['/holdfast/dead-letter']);
  const subKey = await stage.subscribe(['/t'], { delivery_max_retry: 1 });
  const sink = await stage.attach(subKey);
  await stage.publish(data, { expiration: 1_000, correlId: 'c', priority: 7 });
  for (const { attempt } of [...sink.deliveries]) attempt.failed('no');
  await stage.world.clock.advance(20);
  await stage.world.drop(sink);
  return { stage, dead, subKey, first: sink.deliveries[0]!.messages[0]! };
}

function all(stage: Stage, subKey: string) {
  return stage.world.use(subKey, one => stage.world.broker.redrives.all(one));
}

function one(stage: Stage, subKey: string, msgId: string) {
  return stage.world.use(subKey, subscription => stage.world.broker.redrives.one(subscription, msgId));
}

async function letterIds(stage: Stage, dead: string): Promise<string[]> {
  return (await stage.browse(dead)).map(letter => (letter as unknown as { msg_id: string }).msg_id);
}

async function refusal(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => null,
    reason => reason as unknown,
  );
  assert.instance(error, HoldfastError);
  return (error as HoldfastError).name;
}

test('(1, 9): come back to their queue as the messages that they were, with a new life', async () => {
  const { stage, dead, subKey, first } = await withLetters(['a', 'b']);
  await stage.world.clock.advance(5_000_000);
  assert.equal(await all(stage, subKey), { redriven: 2, skipped: 0 });
  assert.equal(await letterIds(stage, dead), []);
  assert.is(await stage.world.depth(subKey), 2);
  await stage.world.crash();
  const sink = await stage.attach(subKey);
  const [message] = sink.deliveries[0]!.messages;
  assert.equal(sink.data.flat(), ['a', 'b']);
  assert.equal(message, {
    ...first,
    msg_id: message!.msg_id,
    recv_time_iso: message!.recv_time_iso,
    expiration_time_iso: message!.expiration_time_iso,
  });
  assert.is.not(message!.msg_id, first.msg_id);
  assert.ok(Date.parse(message!.recv_time_iso) >= Date.parse(first.recv_time_iso) + 5_000_000);
  assert.is(Date.parse(message!.expiration_time_iso) - Date.parse(message!.recv_time_iso), 1_000_000);
  sink.deliveries[0]!.attempt.failed('again');
  await stage.world.clock.advance(20);
  assert.is((await letterIds(stage, dead)).length, 2, 'what fails again is a letter again');
});

test('(1): a crash in between leaves each as a letter or in its queue', async () => {
  for (const unanswered of ['lost', 'kept'] as const) {
    const { stage, dead, subKey } = await withLetters(['a', 'b', 'c'], { limits: { redrive_messages: 1 } });
    const { subscriptions, redrives } = stage.world.broker;
    const before = stage.world.commits.length;
    void subscriptions.use({ subKey }, subscription => redrives.all(subscription));
    while (
      !stage.world.commits
        .slice(before)
        .flat()
        .some(({ kind }) => kind === 'redrive')
    ) {
      assert.ok(await stage.world.clock.step());
    }
    await stage.world.crash(unanswered);
    const letters = (await letterIds(stage, dead)).length;
    const queued = (await stage.browse(subKey)).length;
    assert.ok(queued > 0 && letters > 0, `${queued} and ${letters}`);
    assert.is(letters + queued, 3);
    await all(stage, subKey);
    const data = await stage.drain(await stage.attach(subKey));
    assert.equal(data, ['a', 'b', 'c']);
  }
});

test('two at the same time put each back once', async () => {
  for (let seed = 0; seed < 10; seed += 1) {
    const { stage, subKey } = await withLetters(['a', 'b', 'c', 'd'], { seed, limits: { redrive_messages: 3 } });
    const { subscriptions, redrives } = stage.world.broker;
    const redriving = () => subscriptions.use({ subKey }, subscription => redrives.all(subscription));
    const counts = await stage.world.run(Promise.all([redriving(), redriving()]));
    assert.is(counts[0]!.redriven + counts[1]!.redriven, 4);
    assert.is(stage.world.broker.counters.redriven, 4);
    assert.equal(await stage.drain(await stage.attach(subKey)), ['a', 'b', 'c', 'd']);
  }
});

test('one is put back by its id, and only by whose it is', async () => {
  const { stage, dead, subKey } = await withLetters(['a', 'b']);
  const other = await stage.subscribe(['/t']);
  const [, second] = await letterIds(stage, dead);
  assert.is(await refusal(one(stage, other, second!)), 'not_found');
  assert.is(await refusal(one(stage, subKey, 'zpsm-mine')), 'not_found');
  await one(stage, subKey, second!);
  assert.is(await refusal(one(stage, subKey, second!)), 'not_found');
  assert.is((await letterIds(stage, dead)).length, 1);
  assert.equal(await stage.drain(await stage.attach(subKey)), ['b']);
  assert.equal(await stage.drain(await stage.attach(other)), []);
});

test('what their subscribers have acknowledged is put back, and what they hold stays with them', async () => {
  const { stage, dead, subKey } = await withLetters(['a', 'b']);
  const [, second] = await letterIds(stage, dead);
  await stage.world.use(dead, subscription => stage.world.broker.queue.hold(subscription, second!));
  assert.equal(await stage.drain(await stage.attach(dead)), ['a']);
  assert.equal(await all(stage, subKey), { redriven: 2, skipped: 0 });
  assert.equal(
    (await stage.browse(dead)).map(({ data, state }) => `${data} ${state}`),
    ['b held'],
  );
  await stage.world.clock.advance(10_000);
  await stage.world.use(dead, subscription => stage.world.broker.queue.release(subscription, second!));
  assert.equal(await stage.drain(await stage.attach(dead)), ['b']);
});

test('(4): what has expired is not put back', async () => {
  const { stage, dead, subKey } = await withLetters(['a'], { limits: { sweep_interval_ms: 1e10 } });
  const [first] = await letterIds(stage, dead);
  await stage.world.clock.advance(604_800_000);
  assert.is(await refusal(one(stage, subKey, first!)), 'not_found');
  assert.equal(await all(stage, subKey), { redriven: 0, skipped: 0 });
});

test('a full disk refuses it, and the letters stay', async () => {
  let isFull = false;
  const fault = (operations: Operation[]) =>
    isFull && operations.some(({ kind }) => kind === 'redrive') ? ('full' as const) : null;
  const { stage, dead, subKey } = await withLetters(['a'], { fault });
  isFull = true;
  assert.is(await refusal(all(stage, subKey)), 'storage_full');
  assert.is((await letterIds(stage, dead)).length, 1);
  isFull = false;
  assert.equal(await all(stage, subKey), { redriven: 1, skipped: 0 });
});

test('what is put back and settled leaves the log with the next sweep', async () => {
  const { stage, dead, subKey } = await withLetters(['a', 'b']);
  await all(stage, subKey);
  await stage.drain(await stage.attach(subKey));
  await stage.drain(await stage.attach(dead));
  await stage.world.clock.advance(5_000);
  assert.is((await stage.world.size()).bytes, 0);
});

test.run();
