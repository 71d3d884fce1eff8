import { priorityMax } from '../../protocol/message.js';
import { expiryStep } from '../expiry.js';
import type { Position, RangeSwept, SweepExpired, SweepMailbox, SweepRange, SweepSettled, Swept } from '../store.js';
import type { MemoryDisk } from './disk.js';
import type { Lanes, StoredMessage } from './log.js';

/**
 * Looks at `limit` messages at most. In steps that are over, all have expired. In the current step the first ones are
 * looked at only; what that misses goes when the step is over, and until then no reader sees it.
 */
export function sweepExpired(disk: MemoryDisk, { now, limit }: SweepExpired): Swept {
  const looked = disk.log.expiring(now, limit);
  const kept: StoredMessage[] = [];
  const gone: StoredMessage[] = [];
  for (const message of looked) {
    if (message.expiresAt > now) continue;
    const until = disk.referredUntil(message.position) ?? now;
    if (until <= now) gone.push(message);
    else if (!message.isKept || expiryStep(until) !== message.expiryStep) {
      kept.push(message);
      disk.log.postpone(message, until);
    }
  }
  disk.log.keep(kept);
  disk.remove(gone);
  const lives = ({ position }: { position: Position | null }) =>
    position === null || disk.log.get(position) !== undefined;
  const moreNames = disk.names.forget(now, limit, lives);
  return { removed: gone.length, more: moreNames || (looked.length === limit && gone.length + kept.length > 0) };
}

export function sweepSettled(disk: MemoryDisk, { topicId, upto, limit }: SweepSettled): Swept {
  const looked = heads(disk, disk.log.topic(topicId), upto, limit);
  return { removed: disk.release(looked), more: looked.length === limit };
}

export function sweepRange(disk: MemoryDisk, { topicIds, upto, after, limit }: SweepRange): RangeSwept {
  const lanes = priorityMax + 1;
  const starts = new Map(topicIds.map((topicId, index) => [topicId, index * lanes]));
  const looked = disk.log.range(after, Math.max(...upto), limit);
  const settled = looked.filter(({ position, topicId, priority, isAddressed, isKept }) => {
    const start = starts.get(topicId);
    return start !== undefined && !isAddressed && !isKept && position <= upto[start + priority]!;
  });
  const reached = looked.at(-1)?.position ?? after;
  return { removed: disk.release(settled), more: looked.length === limit, looked: looked.length, reached };
}

export function sweepMailbox(disk: MemoryDisk, { subId, upto, limit }: SweepMailbox): Swept {
  const looked = heads(disk, disk.log.mailbox(subId), upto, limit);
  const alone = disk.log.leaveMailbox(subId, looked);
  return { removed: disk.release(alone), more: looked.length === limit };
}

function heads(disk: MemoryDisk, lanes: Lanes | undefined, upto: Position[], limit: number): StoredMessage[] {
  const found: Position[] = [];
  lanes?.forEach((list, priority) => {
    found.push(...list.head(upto[priority] ?? 0, limit - found.length));
  });
  return found.map(position => disk.log.get(position)!);
}
