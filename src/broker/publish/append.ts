import type { Append, NamedMessage, Priority } from '../../store/store.js';
import type { Topic } from '../topics/topic.js';

/** A message that is about to enter the log. */
export interface NewMessage {
  topic: Topic;
  priority: Priority;
  /** Unix milliseconds. */
  expiresAt: number;
  body: string;
  /** Undefined: derived from its position. */
  named?: Omit<NamedMessage, 'index'>;
  /** For the mailboxes of these subscriptions only. */
  subIds?: number[];
  /** Bytes of the body, if the message need not outlive the process. */
  ramBytes?: number;
}

export function emptyAppend(inRam = false): Append {
  const append = emptyColumns();
  return inRam ? { ...append, inRam: { topicNames: [], bytes: [] } } : append;
}

function emptyColumns(): Append {
  return { kind: 'append', topicIds: [], priorities: [], expiresAt: [], bodies: [], named: [], addressed: [] };
}

export function addMessage(append: Append, message: NewMessage): void {
  const index = append.bodies.length;
  append.topicIds.push(message.topic.id);
  append.priorities.push(message.priority);
  append.expiresAt.push(message.expiresAt);
  append.bodies.push(message.body);
  if (message.named) append.named.push({ index, ...message.named });
  if (append.inRam) {
    append.inRam.topicNames.push(message.topic.name);
    append.inRam.bytes.push(message.ramBytes!);
  }
  if (message.subIds) append.addressed.push({ index, subIds: message.subIds });
}
