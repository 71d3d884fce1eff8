import { priorityMax } from '../../protocol/message.js';
import { removeExpired, removeTopic, sweepMailbox, sweepSettled } from '../memory/sweep.js';
import type { Appended, Operation, Position, Results, Settle, SweepRange, SweepTopic, Swept } from '../store.js';
import type { AppendInRam, RamContents } from './contents.js';

type Result = Results[keyof Results];

function isInRam(operation: Operation): operation is AppendInRam {
  return operation.kind === 'append' && operation.inRam !== undefined;
}

/** True if an operation concerns the memory, also if there is nothing in it. */
export function concernsRam(operation: Operation): boolean {
  return operation.kind === 'delete_subscription' || isInRam(operation);
}

/** What of an operation is for the store beneath. `oldest`: no message in memory is older. */
export function forDisk(ram: RamContents, operation: Operation, oldest: Position): Operation {
  switch (operation.kind) {
    case 'append':
      return isInRam(operation) ? { kind: 'draw', count: operation.bodies.length, named: operation.named } : operation;
    case 'settle':
      return settleOnDisk(ram, operation);
    case 'update_subscription':
      return { ...operation, oldest };
    case 'update_endpoint':
      return { ...operation, oldest };
    default:
      return operation;
  }
}

/** Rows of messages in memory stay there, so that nothing on disk refers to what is gone after a restart. */
function settleOnDisk(ram: RamContents, operation: Settle): Settle {
  const { subId, overlayPut, overlayDelete } = operation;
  const isElsewhere = (position: Position) => !ram.hasRow(subId, position);
  return {
    ...operation,
    overlayPut: unlessEmpty(overlayPut?.filter(({ position }) => isElsewhere(position))),
    overlayDelete: unlessEmpty(overlayDelete?.filter(isElsewhere)),
  };
}

function unlessEmpty<T>(items: T[] | undefined): T[] | undefined {
  return items === undefined || items.length === 0 ? undefined : items;
}

/** Carries out in memory what the store beneath has committed. `passed`: what was handed to it. */
export function applyInRam(ram: RamContents, operation: Operation, passed: Operation, result: Result): Result {
  switch (operation.kind) {
    case 'append':
      if (isInRam(operation)) ram.add(operation, result as Appended);
      return result;
    case 'settle':
      settleInRam(ram, operation, passed as Settle);
      return result;
    case 'update_subscription':
      for (const position of operation.overlayDelete ?? []) ram.deleteRow(operation.id, position);
      return result;
    case 'delete_subscription':
      ram.forget(operation.id);
      return result;
    case 'sweep_expired':
      return both(result as Swept, removeExpired(ram, operation));
    case 'sweep_settled':
      return both(result as Swept, sweepSettled(ram, operation));
    case 'sweep_range':
      return both(result as Swept, sweepTopics(ram, operation));
    case 'sweep_mailbox':
      return both(result as Swept, sweepMailbox(ram, operation));
    case 'sweep_topic':
      return both(result as Swept, sweepTopic(ram, operation));
    default:
      return result;
  }
}

function sweepTopic(ram: RamContents, { topicId, limit }: SweepTopic): Swept {
  const removed = removeTopic(ram, topicId, limit, (subId, position) => ram.deleteRow(subId, position));
  return { removed, more: removed === limit };
}

function settleInRam(ram: RamContents, { subId, overlayPut, overlayDelete }: Settle, onDisk: Settle): void {
  for (const position of overlayDelete ?? []) ram.deleteRow(subId, position);
  if (overlayPut === undefined || overlayPut.length === onDisk.overlayPut?.length) return;
  const there = new Set(onDisk.overlayPut?.map(({ position }) => position));
  for (const row of overlayPut) if (!there.has(row.position)) ram.putRow(subId, row);
}

/** In memory the lanes of a topic are at hand: nobody walks over what lies between them. */
function sweepTopics(ram: RamContents, { topicIds, upto, limit }: SweepRange): Swept {
  const lanes = priorityMax + 1;
  const swept = { removed: 0, more: false };
  for (const [index, topicId] of topicIds.entries()) {
    if (swept.removed >= limit) return { ...swept, more: true };
    const settled = upto.slice(index * lanes, (index + 1) * lanes);
    const one = sweepSettled(ram, { kind: 'sweep_settled', topicId, upto: settled, limit: limit - swept.removed });
    swept.removed += one.removed;
    swept.more ||= one.more;
  }
  return swept;
}

function both<T extends Swept>(one: T, other: Swept): T {
  return { ...one, removed: one.removed + other.removed, more: one.more || other.more };
}
