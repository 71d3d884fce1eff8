import type { InterestChanged, Position, TopicRow } from '../store.js';
import type { MemoryDisk } from './disk.js';

/** Where the interest of the first subscription to these topics begins, for those that keep something for it. */
export function startsOf(disk: MemoryDisk, patterns: readonly string[]): NonNullable<InterestChanged['early']> {
  return patterns.flatMap(pattern => {
    const topic = unnamed(disk, pattern);
    return topic === undefined ? [] : [{ pattern, from: topic.keptFrom! }];
  });
}

/** Those of these topics that have something for their first subscription. */
export function kept(disk: MemoryDisk, patterns: readonly string[]): string[] {
  return patterns.filter(pattern => {
    const topic = unnamed(disk, pattern);
    const lanes = topic && disk.log.topic(topic.id);
    return lanes?.some(list => (list.at(list.length - 1) ?? 0) > topic!.keptFrom!) ?? false;
  });
}

/** After stretches of these patterns were removed. Answers the topics that nobody names any more. */
export function leave(disk: MemoryDisk, patterns: readonly string[], position: Position): string[] {
  return patterns.filter(pattern => {
    const topic = unnamed(disk, pattern);
    if (topic !== undefined) topic.keptFrom = position;
    return topic !== undefined;
  });
}

/** The topic of this name, if it keeps messages and no subscription names it. */
function unnamed(disk: MemoryDisk, name: string): TopicRow | undefined {
  const topic = disk.topics.get(disk.find('topic', name) ?? -1);
  return topic === undefined || topic.keptFrom === null || disk.interests.has(name) ? undefined : topic;
}
