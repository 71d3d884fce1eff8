import { createHash } from 'node:crypto';
import type { Batch } from '../../broker/delivery/batch.js';

/** The messages of a batch as the body of a request: a list, or the only one by itself if that is wanted. */
export function bodyOf(batch: Batch, wrapsOne: boolean): Buffer {
  const list = batch.json();
  return Buffer.from(batch.messages.length === 1 && !wrapsOne ? list.slice(1, -1) : list);
}

/**
 * What a request is known by to a receiver that drops what it has seen: the `msg_id` of its only message, whenever that
 * is tried. Several together have an id of these very messages. Were it the id of one of them, a receiver might drop,
 * with a message that it knows, another one that has joined it since.
 */
export function idOf({ messages, ids }: Batch): string {
  const [first, ...others] = messages.map(message => message.idText(ids));
  if (others.length === 0) return first!;
  return `zpsb${createHash('sha256')
    .update([first, ...others].join(' '))
    .digest('hex')
    .slice(0, 32)}`;
}
