import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Limits, limits } from '../../../src/protocol/limits.js';
import type { InterestQuery, Store } from '../../../src/store/store.js';
import { Stage } from '../../sim/stage.js';

const settledSweep = suite('sweep of what is settled');

/** How often the store was asked, by call, and how many rows of interest it answered. */
class Reads {
  readonly calls = new Map<string, number>();
  rows = 0;
  /** Patterns that were asked for. */
  places = 0;

  get(call: keyof Store): number {
    return this.calls.get(call) ?? 0;
  }

  /** Reads of the sweeper. */
  get all(): number {
    const own = ['readInterests', 'readHeads', 'listMailboxes', 'listBounded', 'loadSubscription'] as const;
    return own.reduce((sum, call) => sum + this.get(call), 0);
  }

  readonly wrap = (store: Store): Store =>
    new Proxy(store, {
      get: (target, call: keyof Store) => {
        const own = target[call].bind(target) as (argument: never) => unknown;
        return async (argument: never) => {
          this.calls.set(call, this.get(call) + 1);
          if (call === 'readInterests') this.places += (argument as InterestQuery).places.length;
          const answer = await own(argument);
          if (call === 'readInterests')
            for (const { rows } of answer as { rows: unknown[] }[]) this.rows += rows.length;
          return answer;
        };
      },
    });
}

async function open(rest: Partial<Limits> = {}): Promise<{ stage: Stage; reads: Reads }> {
  const reads = new Reads();
  return { stage: await Stage.open({ wrap: reads.wrap, limits: rest }), reads };
}

/** Subscriptions that nobody has attached, as many as are said; their keys. */
async function absent({ world, receiver }: Stage, count: number, ...patterns: string[]): Promise<string[]> {
  const keys = Array.from({ length: count }, (_, index) => `absent-${index}`);
  const rest = { endpointId: receiver.id, name: null, options: '{}', patterns, queueing: true };
  const creates = keys.map(subKey => ({ kind: 'create_subscription', subKey, ...rest }) as const);
  await world.run(Promise.all(creates.map(create => world.broker.commit.submit(create))));
  return keys;
}

/** Comes back, settles all, and leaves again. */
async function visit(stage: Stage, key: string): Promise<void> {
  const sink = await stage.attach(key);
  await stage.drain(sink);
  await stage.world.drop(sink);
}

async function pass({ world }: Stage): Promise<void> {
  await world.clock.advance(limits.sweep_interval_ms + 100);
}

settledSweep('ten thousand who are absent are not read, however often something is published', async () => {
  const { stage, reads } = await open();
  await absent(stage, 10_000, '/t');
  await stage.publish([0]);
  await pass(stage);
  const before = reads.all;
  assert.ok(reads.rows > 0 && reads.rows < 100, 'the first of them holds all');
  for (let round = 1; round <= 100; round += 1) {
    await stage.publish([round]);
    await pass(stage);
  }
  assert.is(reads.all, before);
  assert.is(await stage.world.depth('absent-9999'), 101);
});

settledSweep('a wide pattern that someone absent has is read once for all of its topics', async () => {
  const { stage, reads } = await open();
  await absent(stage, 1_000, '/**');
  const topics = Array.from({ length: 300 }, (_, index) => `/t/${index}`);
  for (const topicName of topics) await stage.publish([1], { topicName });
  await pass(stage);
  const before = reads.all;
  assert.ok(before < 20, `${before} reads`);
  for (const topicName of topics) await stage.publish([2], { topicName });
  for (let round = 0; round < 10; round += 1) await pass(stage);
  assert.is(reads.all, before);
});

settledSweep('someone who comes back and settles costs a look at who is next, and not at all others', async () => {
  const { stage, reads } = await open();
  const keys = await absent(stage, 2_000, '/t');
  await stage.publish([1, 2, 3]);
  await pass(stage);
  for (const key of keys.slice(0, 20)) {
    const before = reads.rows;
    await visit(stage, key);
    await pass(stage);
    assert.ok(reads.rows - before < 50, `${reads.rows - before} rows`);
  }
  assert.ok((await stage.world.size()).bytes > 0);
});

settledSweep('(1): only a whole turn on which nobody needs the first messages removes them', async () => {
  const { stage } = await open({ sweep_subscriptions: 3 });
  const keys = await absent(stage, 12, '/t', '/*');
  await stage.publish([1, 2]);
  await pass(stage);
  const bytes = async () => (await stage.world.size()).bytes;
  const full = await bytes();
  // In an order in which the next one is never beside the last.
  for (const [index, at] of [5, 0, 10, 3, 8, 1, 11, 4, 7, 2, 9, 6].entries()) {
    assert.is(await bytes(), full, `${12 - index} need them`);
    await visit(stage, keys[at]!);
    await pass(stage);
  }
  assert.is(await bytes(), 0);
});

settledSweep(
  'what nobody needs goes although nothing happens any more, when its last reader unsubscribes',
  async () => {
    const { stage } = await open();
    const [key] = await absent(stage, 1, '/t');
    await stage.publish([1]);
    await pass(stage);
    await stage.world.run(stage.world.broker.subscriber.unsubscribe(stage.receiver, key!, '/t'));
    await pass(stage);
    assert.is((await stage.world.size()).bytes, 0);
  },
);

settledSweep('what is published after the right ended is kept for nobody', async () => {
  const { stage } = await open();
  await absent(stage, 3, '/t');
  await stage.publish([1]);
  await pass(stage);
  const { world, receiver } = stage;
  await world.run(world.broker.endpointAdmin.update(receiver, { patterns: ['sub=/other'] }));
  for (const key of ['absent-0', 'absent-1', 'absent-2']) await stage.drain(await stage.attach(key));
  await stage.publish([2]);
  await pass(stage);
  assert.is((await world.size()).bytes, 0);
});

settledSweep('whoever subscribes by a new wide pattern holds what comes after it', async () => {
  const { stage } = await open();
  await stage.publish([1]);
  await pass(stage);
  assert.is((await stage.world.size()).bytes, 0);
  await absent(stage, 1, '/*');
  await stage.publish([2]);
  await pass(stage);
  assert.is(await stage.world.depth('absent-0'), 1);
});

settledSweep('a pattern that its last subscription gave up is forgotten', async () => {
  const { stage, reads } = await open();
  const [key] = await absent(stage, 1, '/*');
  await stage.world.run(stage.world.broker.subscriber.delete(stage.receiver, key!, null));
  await stage.publish([1]);
  await pass(stage);
  await stage.publish([2]);
  await pass(stage);
  const read = reads.places;
  await stage.publish([3]);
  await pass(stage);
  assert.is(reads.places - read, 1);
});

settledSweep('a long turn of one topic does not hold up the others', async () => {
  const { stage } = await open({ sweep_subscriptions: 1 });
  const keys = await absent(stage, 8_000, '/long');
  const { world } = stage;
  const settle = (subId: number) =>
    world.broker.commit.submit({ kind: 'settle', subId, lanes: '{"base":[9000,0],"lanes":{}}' });
  await stage.publish([1], { topicName: '/long' });
  await world.run(Promise.all(keys.map((_, index) => settle(index + 1))));
  await pass(stage);
  const long = (await world.size()).bytes;
  assert.ok(long > 0, 'it is under way');
  await stage.publish([2], { topicName: '/short' });
  for (let round = 0; round < 3; round += 1) await pass(stage);
  assert.is((await world.size()).bytes, long, 'the other one is swept');
  for (let round = 0; round < 15; round += 1) await pass(stage);
  assert.is((await world.size()).bytes, 0);
});

settledSweep('mailboxes are looked at only while someone has something in one', async () => {
  const { stage, reads } = await open();
  const key = await stage.subscribe(['/t']);
  const sink = await stage.attach(key);
  await pass(stage);
  assert.is(reads.get('listMailboxes'), 1, 'once after the start');
  await stage.publish([1, 2]);
  await stage.drain(sink);
  await pass(stage);
  assert.is(reads.get('listMailboxes'), 1);
  await stage.publish([3], { deliverToSk: [key] });
  await stage.drain(sink);
  await pass(stage);
  assert.is(reads.get('listMailboxes'), 2);
  assert.is((await stage.world.size()).bytes, 0);
});

settledSweep('after a restart, mailboxes are emptied of what was settled before', async () => {
  const { stage } = await open();
  const key = await stage.subscribe(['/t']);
  await stage.publish([3], { deliverToSk: [key] });
  const sink = await stage.attach(key);
  await stage.drain(sink);
  await stage.world.crash();
  await pass(stage);
  assert.is((await stage.world.size()).bytes, 0);
});

settledSweep('nobody is counted for a max_depth that nobody has, nor without news', async () => {
  const { stage, reads } = await open();
  await absent(stage, 10, '/t');
  await stage.publish([1]);
  await pass(stage);
  assert.is(reads.get('listBounded'), 1, 'once after the start');
  await stage.publish([1]);
  await pass(stage);
  assert.is(reads.get('listBounded'), 1);
  await stage.subscribe(['/bounded'], { max_depth: 1 });
  await stage.publish([1, 2], { topicName: '/bounded' });
  await pass(stage);
  assert.is(reads.get('count') > 0, true);
  const counts = reads.get('count');
  await stage.publish([2]);
  await pass(stage);
  assert.is(reads.get('count'), counts, 'of its topics there is nothing new');
});

settledSweep.run();
