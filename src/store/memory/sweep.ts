import { priorityMax } from '../../protocol/message.js';
import { expiryStep } from '../expiry.js';
import type {
  Position,
  RangeSwept,
  SweepExpired,
  SweepMailbox,
  SweepRange,
  SweepSettled,
  SweepTopic,
  Swept,
} from '../store.js';
import type { MemoryDisk } from './disk.js';
import { forgetLetters } from './letters.js';
import type { Lanes, StoredMessage } from './log.js';
import type { MemoryMessages } from './messages.js';

export function sweepExpired(disk: MemoryDisk, operation: SweepExpired): Swept {
  const { removed, more } = removeExpired(disk, operation);
  const lives = ({ position }: { position: Position | null }) =>
    position === null || disk.log.get(position) !== undefined;
  forgetLetters(disk, operation.now, operation.limit);
  const moreNames = disk.names.forget(operation.now, operation.limit, lives);
  return { removed, more: moreNames || more };
}

/**
 * Looks at `limit` messages at most. In steps that are over, all have expired. In the current step the first ones are
 * looked at only; what that misses goes when the step is over, and until then no reader sees it.
 */
export function removeExpired(messages: MemoryMessages, { now, limit }: SweepExpired): Swept {
  const looked = messages.log.expiring(now, limit);
  const kept: StoredMessage[] = [];
  const gone: StoredMessage[] = [];
  for (const message of looked) {
    if (message.expiresAt > now) continue;
    const until = messages.referredUntil(message.position) ?? now;
    if (until <= now) gone.push(message);
    else if (!message.isKept || expiryStep(until) !== message.expiryStep) {
      kept.push(message);
      messages.log.postpone(message, until);
    }
  }
  messages.log.keep(kept);
  messages.remove(gone);
  return { removed: gone.length, more: looked.length === limit && gone.length + kept.length > 0 };
}

export function sweepSettled(messages: MemoryMessages, { topicId, upto, limit }: SweepSettled): Swept {
  const looked = heads(messages, messages.log.topic(topicId), upto, limit);
  return { removed: messages.release(looked), more: looked.length === limit };
}

export function sweepRange(messages: MemoryMessages, { topicIds, upto, after, limit }: SweepRange): RangeSwept {
  const lanes = priorityMax + 1;
  const starts = new Map(topicIds.map((topicId, index) => [topicId, index * lanes]));
  const looked = messages.log.range(after, Math.max(...upto), limit);
  const settled = looked.filter(({ position, topicId, priority, isAddressed, isKept }) => {
    const start = starts.get(topicId);
    return start !== undefined && !isAddressed && !isKept && position <= upto[start + priority]!;
  });
  const reached = looked.at(-1)?.position ?? after;
  return { removed: messages.release(settled), more: looked.length === limit, looked: looked.length, reached };
}

export function sweepMailbox(messages: MemoryMessages, { subId, upto, limit }: SweepMailbox): Swept {
  const looked = heads(messages, messages.log.mailbox(subId), upto, limit);
  const alone = messages.log.leaveMailbox(subId, looked);
  return { removed: messages.release(alone), more: looked.length === limit };
}

export function sweepTopic(disk: MemoryDisk, { topicId, limit }: SweepTopic): Swept {
  const delayed = disk.delays.ofTopic(topicId, limit);
  for (const msgId of delayed) {
    disk.delays.remove(msgId);
    disk.names.get(msgId)!.position = 0;
    disk.names.released(msgId);
  }
  const leave = (subId: number, position: Position) => disk.deleteOverlay(disk.subscriptions.get(subId)!, position);
  const removed = delayed.length + removeTopic(disk, topicId, limit - delayed.length, leave);
  if (removed < limit && disk.topics.get(topicId)?.isDeleted) disk.topics.delete(topicId);
  return { removed, more: removed === limit };
}

/** Removes messages of a topic wherever they are. `leave`: takes away an overlay row that refers to one. */
export function removeTopic(
  messages: MemoryMessages,
  topicId: number,
  limit: number,
  leave: (subId: number, position: Position) => void,
): number {
  const all = messages.log.range(0, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY);
  const gone = all.filter(message => message.topicId === topicId).slice(0, limit);
  for (const { position } of gone) for (const subId of messages.referrers(position)) leave(subId, position);
  messages.remove(gone.filter(({ position }) => messages.log.get(position) !== undefined));
  return gone.length;
}

function heads(messages: MemoryMessages, lanes: Lanes | undefined, upto: Position[], limit: number): StoredMessage[] {
  const found: Position[] = [];
  lanes?.forEach((list, priority) => {
    found.push(...list.head(upto[priority] ?? 0, limit - found.length));
  });
  return found.map(position => messages.log.get(position)!);
}
