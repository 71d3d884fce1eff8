import type {
  Changed,
  CreateSubscription,
  DeleteSubscription,
  Position,
  StretchRow,
  UpdateSubscription,
} from '../store.js';
import { closeStretch, liveStretches, openStretch } from '../stretch.js';
import type { MemoryDisk } from './disk.js';

export function createSubscription(disk: MemoryDisk, position: Position, operation: CreateSubscription): Changed {
  const { subKey, endpointId, name, options, queueing } = operation;
  const id = disk.add('sub_key', subKey);
  if (name !== null) disk.claim('subscription', nameOf(endpointId, name), id);
  const interests: StretchRow[] = [];
  for (const pattern of operation.patterns) {
    openStretch(interests, pattern, position);
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
    createdAt: position,
    interests,
    hasMailbox: false,
  };
  disk.subscriptions.set(id, { row, overlay: new Map() });
  disk.interests.change(id, [], interests);
  return { id, position };
}

export function updateSubscription(disk: MemoryDisk, position: Position, operation: UpdateSubscription): Changed {
  const subscription = disk.subscriptions.get(operation.id);
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
      row.interests = liveStretches(row.interests, disk.log.oldest, true);
    }
    disk.interests.change(row.id, before, row.interests);
    for (const gone of operation.overlayDelete ?? []) disk.deleteOverlay(subscription, gone);
  }
  return { id: operation.id, position };
}

export function deleteSubscription(disk: MemoryDisk, position: Position, { id }: DeleteSubscription): Changed {
  const subscription = disk.subscriptions.get(id);
  if (subscription !== undefined) {
    for (const gone of [...subscription.overlay.keys()]) disk.deleteOverlay(subscription, gone);
    for (const list of disk.log.mailbox(id) ?? []) {
      const messages = list.head(Number.POSITIVE_INFINITY, list.length).map(each => disk.log.get(each)!);
      disk.release(disk.log.leaveMailbox(id, messages));
    }
    const { subKey, endpointId, name } = subscription.row;
    disk.disclaim('sub_key', subKey);
    if (name !== null) disk.disclaim('subscription', nameOf(endpointId, name));
    disk.interests.change(id, subscription.row.interests, []);
    disk.subscriptions.delete(id);
  }
  return { id, position };
}

/** A subscription's name is unique within its endpoint. */
export function nameOf(endpointId: number, name: string): string {
  return `${endpointId} ${name}`;
}
