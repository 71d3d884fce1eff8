import { expiryStep } from '../expiry.js';
import type { PositionCounter } from '../positions.js';
import type {
  Append,
  Appended,
  Delay,
  Delayed,
  EnterDue,
  EnteredDue,
  Marked,
  MarkTime,
  Operation,
  Results,
  Settle,
  Settled,
} from '../store.js';
import { createEndpoint, createTopic, updateEndpoint, updateTopic } from './directory.js';
import type { MemoryDisk } from './disk.js';
import { createSubscription, deleteSubscription, updateSubscription } from './subscription.js';
import { sweepExpired, sweepMailbox, sweepRange, sweepSettled } from './sweep.js';

/** Carries out one operation of a commit. */
export function apply(disk: MemoryDisk, positions: PositionCounter, operation: Operation): Results[keyof Results] {
  switch (operation.kind) {
    case 'append':
      return append(disk, positions, operation);
    case 'delay':
      return delay(disk, operation);
    case 'enter_due':
      return enterDue(disk, positions, operation);
    case 'draw':
      return { first: positions.draw(operation.count) };
    case 'settle':
      return settle(disk, positions, operation);
    case 'create_topic':
      return createTopic(disk, positions.last, operation);
    case 'update_topic':
      return updateTopic(disk, positions.last, operation);
    case 'create_endpoint':
      return createEndpoint(disk, positions.last, operation);
    case 'update_endpoint':
      return updateEndpoint(disk, positions.last, operation);
    case 'create_subscription':
      return createSubscription(disk, positions.last, operation);
    case 'update_subscription':
      return updateSubscription(disk, positions.last, operation);
    case 'delete_subscription':
      return deleteSubscription(disk, positions.last, operation);
    case 'mark_time':
      return markTime(disk, positions.last, operation);
    case 'sweep_expired':
      return sweepExpired(disk, operation);
    case 'sweep_settled':
      return sweepSettled(disk, operation);
    case 'sweep_range':
      return sweepRange(disk, operation);
    case 'sweep_mailbox':
      return sweepMailbox(disk, operation);
  }
}

function append(disk: MemoryDisk, positions: PositionCounter, columns: Append): Appended {
  const first = positions.last + 1;
  const refused: Appended['refused'] = [];
  const named = new Map(columns.named.map(name => [name.index, name]));
  const addressed = new Map(columns.addressed.map(({ index, subIds }) => [index, subIds]));
  for (let index = 0; index < columns.bodies.length; index++) {
    const name = named.get(index);
    const reason = name === undefined ? null : disk.names.refusal(name.msgId, name.endpointId);
    if (reason !== null) {
      refused.push({ index, reason });
      continue;
    }
    const position = positions.draw(1);
    if (name !== undefined) disk.names.add(name.msgId, { ...name, position });
    store(disk, {
      position,
      topicId: columns.topicIds[index]!,
      priority: columns.priorities[index]!,
      expiresAt: columns.expiresAt[index]!,
      msgId: name?.msgId ?? null,
      body: columns.bodies[index]!,
      subIds: addressed.get(index) ?? null,
    });
  }
  return { first, refused };
}

function markTime(disk: MemoryDisk, position: number, { at, forget }: MarkTime): Marked {
  for (const gone of forget) disk.marks.delete(gone);
  if (!disk.marks.has(position)) disk.marks.set(position, at);
  return { position };
}

interface Entering {
  position: number;
  topicId: number;
  priority: number;
  expiresAt: number;
  msgId: string | null;
  body: string;
  /** Null: for the lanes. */
  subIds: number[] | null;
}

function store(disk: MemoryDisk, { subIds, ...message }: Entering): void {
  const known = [...new Set(subIds)].filter(id => disk.subscriptions.has(id));
  const isAddressed = subIds !== null;
  disk.log.add({ ...message, isAddressed, isKept: false, expiryStep: expiryStep(message.expiresAt) }, known);
}

function delay(disk: MemoryDisk, operation: Delay): Delayed {
  const reason = disk.names.refusal(operation.msgId, operation.endpointId);
  if (reason !== null) return { outcome: reason };
  const { kind: _, endpointId, rememberUntil, ...message } = operation;
  disk.names.add(operation.msgId, { endpointId, rememberUntil, position: null });
  const index = disk.delayed.findLastIndex(each => each.dueAt <= message.dueAt) + 1;
  disk.delayed.splice(index, 0, { ...message, subIds: [...operation.subIds] });
  return { outcome: 'stored' };
}

function enterDue(disk: MemoryDisk, positions: PositionCounter, { now, limit }: EnterDue): EnteredDue {
  const ready = disk.delayed.findIndex(message => message.dueAt > now);
  const due = disk.delayed.splice(0, Math.min(limit, ready === -1 ? disk.delayed.length : ready));
  const entered = due.map(({ dueAt: _, subIds, ...message }) => {
    const position = positions.draw(1);
    disk.names.get(message.msgId)!.position = position;
    store(disk, { ...message, position, subIds: subIds.length > 0 ? subIds : null });
    return { position, topicId: message.topicId, priority: message.priority, subIds };
  });
  return { entered, nextDueAt: disk.nextDueAt };
}

function settle(disk: MemoryDisk, positions: PositionCounter, operation: Settle): Settled {
  const subscription = disk.subscriptions.get(operation.subId);
  if (subscription !== undefined) {
    if (operation.lanes !== undefined) subscription.row.lanes = operation.lanes;
    for (const position of operation.overlayDelete ?? []) disk.deleteOverlay(subscription, position);
    for (const row of operation.overlayPut ?? []) disk.putOverlay(subscription, row);
  }
  const { deadLetters } = operation;
  return { deadLetters: deadLetters === undefined ? null : append(disk, positions, deadLetters) };
}
