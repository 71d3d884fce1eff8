import type {
  CreateSubscription,
  DeleteSubscription,
  InterestChanged,
  NoteUses,
  Position,
  StretchRow,
  UpdateSubscription,
  UsesNoted,
} from '../store.js';
import { closeStretch, liveStretches, openStretch } from '../stretch.js';
import type { MemoryDisk } from './disk.js';
import { kept, leave, startsOf } from './kept-topics.js';

export function createSubscription(
  disk: MemoryDisk,
  position: Position,
  operation: CreateSubscription,
): InterestChanged {
  const { subKey, endpointId, name, options, queueing } = operation;
  const start = Math.min(position, operation.from ?? position);
  const early = queueing ? startsOf(disk, operation.patterns) : [];
  const starts = new Map(early.map(({ pattern, from }) => [pattern, from]));
  const id = disk.add('sub_key', subKey);
  if (name !== null) disk.claim('subscription', nameOf(endpointId, name), id);
  const interests: StretchRow[] = [];
  for (const pattern of operation.patterns) {
    openStretch(interests, pattern, Math.min(start, starts.get(pattern) ?? start));
    if (!queueing) closeStretch(interests, pattern, position);
  }
  const row = {
    id,
    subKey,
    endpointId,
    name,
    options,
    lanes: '',
    epoch: 0,
    createdAt: Math.min(start, ...starts.values()),
    interests,
    hasMailbox: false,
  };
  disk.subscriptions.set(id, { row, overlay: new Map(), usedAt: operation.usedAt ?? 0 });
  disk.interests.change(id, [], interests);
  return early.length > 0 ? { id, position, early } : { id, position };
}

export function updateSubscription(
  disk: MemoryDisk,
  position: Position,
  operation: UpdateSubscription,
): InterestChanged {
  const subscription = disk.subscriptions.get(operation.id);
  const refusing = kept(disk, operation.open ?? []);
  if (refusing.length > 0) return { id: operation.id, position, kept: refusing };
  if (subscription !== undefined) {
    const { row } = subscription;
    const before = row.interests;
    row.options = operation.options ?? row.options;
    row.lanes = operation.lanes ?? row.lanes;
    row.epoch = operation.epoch ?? row.epoch;
    const removed = new Set(operation.remove);
    row.interests = row.interests.filter(({ pattern }) => !removed.has(pattern));
    for (const pattern of operation.open ?? []) openStretch(row.interests, pattern, position);
    for (const pattern of operation.close ?? []) closeStretch(row.interests, pattern, position);
    if (operation.close !== undefined || operation.open !== undefined) {
      row.interests = liveStretches(row.interests, Math.min(disk.log.oldest, operation.oldest ?? Infinity), true);
    }
    disk.interests.change(row.id, before, row.interests);
    for (const gone of operation.overlayDelete ?? []) disk.deleteOverlay(subscription, gone);
  }
  return left(operation.id, position, leave(disk, operation.remove ?? [], position));
}

export function noteUses(disk: MemoryDisk, { subIds, usedAt, uptime }: NoteUses): UsesNoted {
  let noted = 0;
  for (const [index, id] of subIds.entries()) {
    const subscription = disk.subscriptions.get(id);
    if (subscription === undefined) continue;
    subscription.usedAt = usedAt[index]!;
    noted += 1;
  }
  disk.uptime = { ...uptime };
  return { noted };
}

export function deleteSubscription(disk: MemoryDisk, position: Position, { id }: DeleteSubscription): InterestChanged {
  const subscription = disk.subscriptions.get(id);
  if (subscription !== undefined) {
    for (const gone of [...subscription.overlay.keys()]) disk.deleteOverlay(subscription, gone);
    disk.abandonMailbox(id);
    const { subKey, endpointId, name } = subscription.row;
    disk.disclaim('sub_key', subKey);
    if (name !== null) disk.disclaim('subscription', nameOf(endpointId, name));
    disk.interests.change(id, subscription.row.interests, []);
    disk.subscriptions.delete(id);
  }
  const patterns = new Set(subscription?.row.interests.map(({ pattern }) => pattern));
  return left(id, position, leave(disk, [...patterns], position));
}

function left(id: number, position: Position, names: string[]): InterestChanged {
  return names.length > 0 ? { id, position, left: names } : { id, position };
}

/** A subscription's name is unique within its endpoint. */
export function nameOf(endpointId: number, name: string): string {
  return `${endpointId} ${name}`;
}
