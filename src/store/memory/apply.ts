import { expiryStep } from '../expiry.js';
import type { PositionCounter } from '../positions.js';
import type {
  Append,
  Appended,
  CancelDelayed,
  Delay,
  Delayed,
  DelayedCancelled,
  DelayedUpdated,
  Draw,
  EnterDue,
  EnteredDue,
  Marked,
  MarkTime,
  Operation,
  Results,
  Settle,
  Settled,
  UpdateDelayed,
} from '../store.js';
import { createEndpoint, createTopic, deleteTopic, updateEndpoint, updateTopic } from './directory.js';
import type { MemoryDisk } from './disk.js';
import { noteLetters, redrive } from './letters.js';
import { createSubscription, deleteSubscription, noteUses, updateSubscription } from './subscription.js';
import { sweepExpired, sweepMailbox, sweepRange, sweepSettled, sweepTopic } from './sweep.js';

/** Carries out one operation of a commit. */
export function apply(disk: MemoryDisk, positions: PositionCounter, operation: Operation): Results[keyof Results] {
  switch (operation.kind) {
    case 'append':
      return append(disk, positions, operation);
    case 'delay':
      return delay(disk, operation);
    case 'update_delayed':
      return updateDelayed(disk, operation);
    case 'cancel_delayed':
      return cancelDelayed(disk, operation);
    case 'enter_due':
      return enterDue(disk, positions, operation);
    case 'draw':
      return draw(disk, positions, operation);
    case 'settle':
      return settle(disk, positions, operation);
    case 'redrive':
      return redrive(disk, operation, message => {
        const position = positions.draw(1);
        store(disk, { ...message, position, msgId: null });
        return position;
      });
    case 'create_topic':
      return createTopic(disk, positions.last, operation);
    case 'update_topic':
      return updateTopic(disk, positions.last, operation);
    case 'delete_topic':
      return deleteTopic(disk, positions.last, operation);
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
    case 'note_uses':
      return noteUses(disk, operation);
    case 'sweep_expired':
      return sweepExpired(disk, operation);
    case 'sweep_settled':
      return sweepSettled(disk, operation);
    case 'sweep_range':
      return sweepRange(disk, operation);
    case 'sweep_mailbox':
      return sweepMailbox(disk, operation);
    case 'sweep_topic':
      return sweepTopic(disk, operation);
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

function draw(disk: MemoryDisk, positions: PositionCounter, { count, named }: Draw): Appended {
  const first = positions.last + 1;
  const refused: Appended['refused'] = [];
  for (const name of named) {
    const reason = disk.names.refusal(name.msgId, name.endpointId);
    if (reason !== null) refused.push({ index: name.index, reason });
    else disk.names.add(name.msgId, { ...name, position: first + name.index - refused.length });
  }
  positions.draw(count - refused.length);
  return { first, refused };
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
  const bytes = Buffer.byteLength(message.body);
  disk.log.add({ ...message, bytes, isAddressed, isKept: false, expiryStep: expiryStep(message.expiresAt) }, known);
}

function delay(disk: MemoryDisk, operation: Delay): Delayed {
  const reason = disk.names.refusal(operation.msgId, operation.endpointId);
  if (reason !== null) return { outcome: reason };
  const { kind: _, rememberUntil, ...message } = operation;
  disk.names.add(operation.msgId, { endpointId: operation.endpointId, rememberUntil, position: null });
  disk.delays.add({ ...message, subIds: [...operation.subIds] });
  return { outcome: 'stored' };
}

function updateDelayed(disk: MemoryDisk, { kind: _, ...changed }: UpdateDelayed): DelayedUpdated {
  const known = disk.delays.find(changed.msgId);
  if (known?.version !== changed.version) return { outcome: known === undefined ? 'gone' : 'changed' };
  disk.delays.replace({ ...known, ...changed, version: known.version + 1 });
  return { outcome: 'updated' };
}

function cancelDelayed(disk: MemoryDisk, { msgId }: CancelDelayed): DelayedCancelled {
  if (!disk.delays.remove(msgId)) return { outcome: 'gone' };
  disk.names.get(msgId)!.position = 0;
  disk.names.released(msgId);
  return { outcome: 'cancelled' };
}

function enterDue(disk: MemoryDisk, positions: PositionCounter, { now, limit }: EnterDue): EnteredDue {
  const entered = disk.delays.takeDue(now, limit).map(({ topicId, priority, expiresAt, msgId, body, subIds }) => {
    const position = positions.draw(1);
    disk.names.get(msgId)!.position = position;
    const addressed = subIds.length > 0 ? subIds : null;
    store(disk, { position, topicId, priority, expiresAt, msgId, body, subIds: addressed });
    return { position, topicId, priority, subIds };
  });
  return { entered, nextDueAt: disk.delays.nextDueAt };
}

function settle(disk: MemoryDisk, positions: PositionCounter, operation: Settle): Settled {
  const subscription = disk.subscriptions.get(operation.subId);
  if (subscription !== undefined) {
    if (operation.lanes !== undefined) subscription.row.lanes = operation.lanes;
    for (const position of operation.overlayDelete ?? []) disk.deleteOverlay(subscription, position);
    for (const row of operation.overlayPut ?? []) disk.putOverlay(subscription, row);
  }
  const { subId, deadLetters, letterOrigins } = operation;
  if (deadLetters === undefined) return { deadLetters: null };
  const entered = append(disk, positions, deadLetters);
  if (subscription !== undefined && letterOrigins) noteLetters(disk, subId, deadLetters, entered, letterOrigins);
  return { deadLetters: entered };
}
