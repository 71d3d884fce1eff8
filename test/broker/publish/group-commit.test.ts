import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { CommitFault } from '../../../src/store/memory.js';
import type { Operation, Store } from '../../../src/store/store.js';
import { Stage } from '../../sim/stage.js';

const groupCommit = suite('group commit');

/** A stage whose disk fails in the way that is set, for commits that hold publishes. */
async function withDisk() {
  const disk: { fault: CommitFault | null; asked: number } = { fault: null, asked: 0 };
  const fault = (operations: Operation[]) => (operations.some(({ kind }) => kind === 'append') ? disk.fault : null);
  const wrap = (store: Store) => {
    const commit = store.commit.bind(store);
    store.commit = operations => {
      disk.asked += 1;
      return commit(operations);
    };
    return store;
  };
  return { disk, stage: await Stage.open({ fault, wrap }) };
}

groupCommit('(1): a publish is answered only after its commit', async () => {
  const { world, publisher } = await Stage.open();
  await world.publish(publisher, {});
  const before = world.commits.length;
  const outcomes = world.startPublish(publisher, [{}]);
  while (world.commits.length === before) {
    assert.is(outcomes.length, 0, 'answered before it was committed');
    await world.clock.step();
  }
  await world.clock.quiet();
  assert.ok('msgId' in outcomes[0]!);
});

groupCommit('what comes in one turn shares a transaction, in its order', async () => {
  const stage = await Stage.open();
  await stage.publish([0]);
  const before = stage.world.commits.length;
  const outcomes = await stage.publish([1, 2, 3]);
  const [operations, ...more] = stage.world.commits.slice(before);
  assert.is(more.length, 0);
  assert.is(operations!.length, 1);
  const ids = outcomes.map(outcome => ('msgId' in outcome ? outcome.msgId : ''));
  assert.equal([...ids].sort(), ids, 'ids sort as the messages were accepted');
});

groupCommit('(6): one transaction has no more messages than it may', async () => {
  const stage = await Stage.open({ limits: { commit_messages_max: 2 } });
  await stage.publish([0]);
  await stage.publish([1, 2, 3, 4, 5]);
  for (const operations of stage.world.commits) {
    for (const operation of operations) if (operation.kind === 'append') assert.ok(operation.bodies.length <= 2);
  }
});

groupCommit('what waits while the disk is quick is shared out to small transactions', async () => {
  const stage = await Stage.open({ limits: { commit_messages_quick: 2 } });
  await stage.publish([0]);
  const before = stage.world.commits.length;
  await stage.publish([1, 2, 3, 4, 5]);
  const sizes = stage.world.commits
    .slice(before)
    .map(operations => operations.map(operation => (operation.kind === 'append' ? operation.bodies.length : 0)));
  assert.equal(sizes, [[2], [2], [1]]);
});

groupCommit('(6): publishes are refused while too many bytes wait for the disk', async () => {
  const stage = await Stage.open({ limits: { commit_queue_bytes_max: 400 } });
  await stage.publish([0]);
  const outcomes = await stage.publish([1, 2, 3, 4]);
  const refused = outcomes.filter(outcome => 'error' in outcome);
  assert.ok(refused.length > 0 && refused.length < 4);
  for (const { error } of refused as { error: Error }[]) assert.is(error.name, 'overloaded');
  const [later] = await stage.publish([5]);
  assert.ok(later && 'msgId' in later, 'accepted again once the disk has caught up');
});

for (const fault of ['lost', 'kept'] as const) {
  groupCommit(
    `(1): after an I/O error (${fault}) everyone who waits hears "unknown", and nothing is accepted`,
    async () => {
      const { disk, stage } = await withDisk();
      await stage.publish([0]);
      disk.fault = fault;
      const outcomes = await stage.publish([1, 2]);
      disk.fault = null;
      outcomes.push(...(await stage.publish([3])));
      for (const outcome of outcomes) {
        assert.ok('error' in outcome);
        assert.is(outcome.error.name, 'storage_failed');
        assert.is(outcome.error.kind.outcome, 'unknown');
      }
      assert.ok(stage.world.failure, 'the process is told to stop');
    },
  );
}

groupCommit('(1): on a full disk publishes are refused, and what consumers settle is still written', async () => {
  const { disk, stage } = await withDisk();
  const subKey = await stage.subscribe();
  await stage.publish([1, 2]);
  const sink = await stage.attach(subKey);
  sink.deliveries[0]!.attempt.acked();
  disk.fault = 'full';
  const outcomes = stage.world.startPublish(stage.publisher, [{}]);
  await stage.world.clock.advance(20);
  assert.ok('error' in outcomes[0]!);
  assert.is(outcomes[0].error.name, 'storage_full');
  assert.is(outcomes[0].error.kind.outcome, 'definite');
  assert.is(stage.world.failure, null, 'the broker goes on');
  await stage.world.crash();
  assert.is(await stage.world.depth(subKey), 0, 'the settlement is on disk');
});

groupCommit('(1): a settlement in the transaction of a refused publish is tried again', async () => {
  const { disk, stage } = await withDisk();
  const subKey = await stage.subscribe();
  const [one] = await stage.publish([1]);
  disk.fault = 'full';
  const { world } = stage;
  const acking = world.broker.puller.ack(stage.receiver, subKey, ['msgId' in one! ? one.msgId : '']);
  world.startPublish(stage.publisher, [{}]);
  await world.run(acking);
  await world.crash();
  assert.is(await world.depth(subKey), 0);
});

groupCommit('(2): a settlement that is tried again does not undo a later one', async () => {
  const { disk, stage } = await withDisk();
  const { world } = stage;
  const subKey = await stage.subscribe();
  const ids = (await stage.publish([1, 2, 3])).map(outcome => ('msgId' in outcome ? outcome.msgId : ''));
  await stage.attach(subKey);
  disk.fault = 'full';
  const { asked } = disk;
  const first = world.broker.puller.ack(stage.receiver, subKey, [ids[0]!]);
  world.startPublish(stage.publisher, [{}]);
  // The second ack is handed to the store while the first one's commit is still there.
  while (disk.asked === asked) await world.clock.step();
  const second = world.broker.puller.ack(stage.receiver, subKey, [ids[1]!]);
  await world.run(Promise.all([first, second]));
  assert.is(disk.asked - asked, 4, 'both refused, and both tried again');
  await world.crash();
  assert.is(await world.depth(subKey), 1);
});

groupCommit('(1): what does not fit on a full disk by itself waits for room, and the broker goes on', async () => {
  let fault: CommitFault | null = null;
  const stage = await Stage.open({ fault: () => fault });
  const { world } = stage;
  const subKey = await stage.subscribe();
  const [one] = await stage.publish([1]);
  let isAcked = false;
  fault = 'full';
  const acking = world.broker.puller.ack(stage.receiver, subKey, ['msgId' in one! ? one.msgId : '']).then(() => {
    isAcked = true;
  });
  await world.clock.advance(world.limits.full_disk_wait_ms / 2);
  assert.is(isAcked, false);
  const outcomes = world.startPublish(stage.publisher, [{}]);
  await world.clock.advance(1);
  assert.ok('error' in outcomes[0]!);
  assert.is(outcomes[0].error.name, 'storage_full');
  fault = null;
  await world.clock.advance(world.limits.full_disk_wait_ms);
  await acking;
  assert.is(world.failure, null);
  await world.crash();
  assert.is(await world.depth(subKey), 0);
});

groupCommit('(1): what is due on a full disk waits by itself, so that consumers go on', async () => {
  let isFull = false;
  const takesRoom = new Set(['append', 'enter_due', 'mark_time']);
  const fault = (operations: Operation[]) =>
    isFull && operations.some(({ kind }) => takesRoom.has(kind)) ? ('full' as const) : null;
  const stage = await Stage.open({ fault });
  const { world } = stage;
  const subKey = await stage.subscribe();
  const [one] = await stage.publish([1]);
  await stage.publish([2], { delay: 5 });
  isFull = true;
  await world.clock.advance(5_000);
  await world.run(world.broker.puller.ack(stage.receiver, subKey, ['msgId' in one! ? one.msgId : '']));
  assert.is(await world.depth(subKey), 0);
  isFull = false;
  await world.clock.advance(world.limits.full_disk_wait_ms);
  assert.is(await world.depth(subKey), 1);
});

groupCommit.run();
