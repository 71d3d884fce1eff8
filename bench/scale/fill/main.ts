// Fills the store of a stopped server through the `Store` port, because a million calls would take too long. In a
// process of its own, so that the memory that this takes is not there while the bench measures.
import { openSqliteStore } from '../../../src/store/sqlite.js';
import type { Changed, Operation, Store } from '../../../src/store/store.js';
import { messagesOperation, plainTopic, subscriptionOperation, topicOperation } from './operations.js';
import type { FillCommand, FillReport, MessagesOrder, Order } from './order.js';

/** Operations in one transaction: a sync is shared by as many, and a batch is made while the one before is written. */
const batchOperations = 5_000;

async function inBatches(store: Store, total: number, batch: (from: number, count: number) => Operation[]) {
  let underWay: Promise<unknown> = Promise.resolve();
  for (let from = 0; from < total; from += batchOperations) {
    const committed = store.commit(batch(from, Math.min(batchOperations, total - from)));
    await underWay;
    underWay = committed;
  }
  await underWay;
}

async function fillMessages(store: Store, order: MessagesOrder): Promise<void> {
  const { results } = await store.commit([plainTopic(order.topicName)]);
  const topicId = (results[0] as Changed).id;
  await inBatches(store, order.count, (from, count) => [messagesOperation(order, topicId, from, count)]);
}

function carryOut(store: Store, order: Order): Promise<void> {
  if (order.kind === 'messages') return fillMessages(store, order);
  const operation = (index: number): Operation =>
    order.kind === 'topics' ? topicOperation(order, index) : subscriptionOperation(order, index);
  return inBatches(store, order.count, (from, count) =>
    Array.from({ length: count }, (_, offset) => operation(from + offset)),
  );
}

async function fill({ file, orders }: FillCommand): Promise<FillReport> {
  const store = openSqliteStore(file);
  await store.open();
  try {
    for (const order of orders) await carryOut(store, order);
  } finally {
    await store.close();
  }
  return { report: 'filled' };
}

process.once('message', (command: FillCommand) => {
  fill(command).then(
    report => process.send?.(report),
    (error: Error) => process.send?.({ report: 'failed', message: error.stack ?? error.message } satisfies FillReport),
  );
});
