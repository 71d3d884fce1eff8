import { microsOf } from '../../protocol/time.js';
import type { MessageRow } from '../../store/store.js';
import { type Edit, edit, memberOf } from '../publish/compose.js';

/** What a change makes of a message. */
export type Edited = Pick<MessageRow, 'body' | 'expiresAt' | 'priority'>;

/** The message with the changes. It expires anew only if its expiration, or the time from which that counts, is given. */
export function edited(changes: Edit, { body, expiresAt, priority }: Edited): Edited {
  const received = changes.receivedMicros ?? microsOf(JSON.parse(memberOf(body, 'recv_time_iso') ?? '""') as string);
  const expiration = changes.expiration ?? Number(memberOf(body, 'expiration'));
  const isMoved = changes.expiration !== undefined || changes.receivedMicros !== undefined;
  return {
    body: edit(body, changes, received),
    expiresAt: isMoved ? Math.ceil(received / 1000 + expiration * 1000) : expiresAt,
    priority: changes.priority ?? priority,
  };
}
