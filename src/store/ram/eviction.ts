import { limits } from '../../protocol/limits.js';
import { priorityMin } from '../../protocol/message.js';
import type { StoredMessage } from '../memory/log.js';
import type { Evicted, Eviction } from '../store.js';
import type { RamContents } from './contents.js';

/** Lets go of messages until there is room, or of none where there would not be enough. */
export function evict(ram: RamContents, { bytes, bytesMax, upto }: Eviction): Evicted[] {
  const chosen: StoredMessage[] = [];
  let freed = 0;
  for (const message of upto === null ? ram.log.all() : byPriority(ram, upto)) {
    if (freed >= bytesMax) break;
    if (message.isKept || ram.referredUntil(message.position) !== null) continue;
    chosen.push(message);
    freed += message.bytes + limits.ram_message_bytes;
  }
  if (freed < bytes) return [];
  const evicted = chosen.map(({ position, topicId, priority, isAddressed }) => {
    const subIds = isAddressed ? [...ram.log.mailboxesOf(position)] : null;
    return { position, topicId, priority, subIds };
  });
  ram.remove(chosen);
  return evicted;
}

/** From the lowest priority up to this one, and of each the oldest first: of the lanes, then of the mailboxes. */
function* byPriority(ram: RamContents, upto: number): Generator<StoredMessage> {
  for (let priority = priorityMin; priority <= upto; priority++) {
    const lane = ram.log.walk[priority]!;
    for (let index = 0; index < lane.length; index++) yield ram.log.get(lane.at(index)!)!;
    if (!ram.log.hasMailboxes) continue;
    for (const message of ram.log.all()) if (message.isAddressed && message.priority === priority) yield message;
  }
}
