import { priorityMax } from '../../protocol/message.js';
import type {
  BoundedRow,
  InterestPage,
  InterestQuery,
  InterestRow,
  ListedRow,
  ListQuery,
  MailboxRow,
  Position,
  SubscriptionRange,
  UseQuery,
  UseRow,
} from '../store.js';
import type { MemoryDisk, StoredSubscription } from './disk.js';
import type { MemoryLog } from './log.js';

export function readInterests(disk: MemoryDisk, { places, limit }: InterestQuery): InterestPage[] {
  return places.map(({ pattern, afterId }) => {
    const rows: InterestRow[] = [];
    for (const subId of disk.interests.after(pattern, afterId)) {
      if (rows.length >= limit) return { rows, isLast: false };
      rows.push(...interestRows(disk.subscriptions.get(subId)!, pattern));
    }
    return { rows, isLast: true };
  });
}

function interestRows({ row }: StoredSubscription, pattern: string): InterestRow[] {
  const { id: subId, endpointId, createdAt, lanes } = row;
  return row.interests
    .filter(stretch => stretch.pattern === pattern)
    .sort((a, b) => a.from - b.from || (a.to ?? Infinity) - (b.to ?? Infinity))
    .map(({ from, to }) => ({ subId, endpointId, from, to, createdAt, lanes }));
}

export function listUses(disk: MemoryDisk, { pattern, afterId, limit }: UseQuery): UseRow[] {
  const subIds = disk.interests.after(pattern, afterId).slice(0, limit);
  return subIds.map(subId => ({ subId, usedAt: disk.subscriptions.get(subId)!.usedAt }));
}

export function readHeads(disk: MemoryDisk, topicIds: number[]): Position[][] {
  return topicIds.map(topicId => headsOf(disk.log, topicId));
}

/** Where the lanes of one topic begin. */
export function headsOf(log: MemoryLog, topicId: number): Position[] {
  const heads = new Array<Position>(priorityMax + 1).fill(Number.POSITIVE_INFINITY);
  log.topic(topicId)?.forEach((list, priority) => {
    heads[priority] = list.at(0) ?? Number.POSITIVE_INFINITY;
  });
  return heads;
}

export function listMailboxes(disk: MemoryDisk, range: SubscriptionRange): MailboxRow[] {
  const hasMail = (id: number) => disk.log.mailbox(id)?.some(list => list.length > 0) ?? false;
  return chosen(disk, range, ({ row }) => hasMail(row.id)).map(({ row }) => {
    const { id: subId, createdAt, lanes } = row;
    return { subId, createdAt, lanes };
  });
}

export function listBounded(disk: MemoryDisk, range: SubscriptionRange): BoundedRow[] {
  return chosen(disk, range, ({ row }) => row.options.includes('"max_depth":')).map(({ row }) => {
    const patterns = new Set(row.interests.map(({ pattern }) => pattern));
    return { subId: row.id, patterns: [...patterns].sort() };
  });
}

export function listSubscriptions(disk: MemoryDisk, query: ListQuery): ListedRow[] {
  const { afterId, limit, endpointId, isStanding } = query;
  const isAsked = ({ row }: StoredSubscription) =>
    (endpointId === undefined || row.endpointId === endpointId) && (!isStanding || row.options.includes('"receiver":'));
  return chosen(disk, { afterId, limit }, isAsked).map(({ row }) => {
    const { id, subKey, name, options } = row;
    const patterns = [...new Set(row.interests.map(({ pattern }) => pattern))].sort();
    return { id, subKey, endpointId: row.endpointId, name, options, patterns };
  });
}

function chosen(
  disk: MemoryDisk,
  range: SubscriptionRange,
  filter: (subscription: StoredSubscription) => boolean,
): StoredSubscription[] {
  const found: StoredSubscription[] = [];
  const ids = 'ids' in range ? new Set(range.ids) : null;
  for (const subscription of disk.subscriptions.values()) {
    const { id } = subscription.row;
    if ('limit' in range && (found.length >= range.limit || id <= range.afterId)) continue;
    if (ids !== null && !ids.has(id)) continue;
    if (filter(subscription)) found.push(subscription);
  }
  return found;
}
