import type { MessageRow } from '../store/store.js';
import { type Edit, edit, memberOf } from './compose.js';

/** What a change makes of a message. */
export type Edited = Pick<MessageRow, 'body' | 'expiresAt' | 'priority'>;

/** The message with the changes; a new expiration counts from when it was received. */
export function edited(changes: Edit, { body, expiresAt, priority }: Edited): Edited {
  const received = receivedMicros(body);
  return {
    body: edit(body, changes, received),
    expiresAt: changes.expiration === undefined ? expiresAt : Math.ceil(received / 1000 + changes.expiration * 1000),
    priority: changes.priority ?? priority,
  };
}

/** The time of reception as it stands in the message. */
function receivedMicros(body: string): number {
  const iso = JSON.parse(memberOf(body, 'recv_time_iso') ?? '""') as string;
  return Date.parse(`${iso.slice(0, 23)}Z`) * 1000 + Number(iso.slice(23, 26));
}
