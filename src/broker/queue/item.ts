import type { MessageIds } from '../../protocol/ids.js';
import type { MessageRow, Position } from '../../store/store.js';
import type { OverlayEntry } from '../lanes/overlay.js';
import type { Subscription } from '../subscriptions/subscription.js';

/** One message of a queue, as it would be delivered, with where it is. */
export interface Item {
  row: MessageRow;
  entry: OverlayEntry | null;
}

/** A message that left the line, as its entry has changed it. */
export function overlaid(row: MessageRow, entry: OverlayEntry): Item {
  return { row: { ...row, priority: entry.priority, expiresAt: entry.expiresAt, body: entry.body ?? row.body }, entry };
}

/** True if the message is out, in its lane or in the overlay. */
export function isInFlight(subscription: Subscription, position: Position): boolean {
  return subscription.overlay.get(position)?.isInFlight ?? subscription.findInFlight(position) !== null;
}

/** Its JSON, as `queue.*` shows it. */
export function textOf({ row, entry }: Item, subscription: Subscription, ids: MessageIds): string {
  const isOut = isInFlight(subscription, row.position);
  const sent = entry?.sent ?? timesSent(subscription, row) + (isOut ? 1 : 0);
  const state = isOut ? 'in_flight' : entry && entry.state !== 'edited' ? entry.state : 'ready';
  return (
    `{"msg_id":"${row.msgId ?? ids.encode(row.position)}",${row.body},"delivery_count":${sent}` +
    `,"sub_key":"${subscription.subKey}","version":${entry?.version ?? 1},"state":"${state}"` +
    `,"attempts":${entry?.attempts ?? 0},"last_error":${JSON.stringify(entry?.lastError ?? null)}}`
  );
}

function timesSent({ lanes }: Subscription, row: MessageRow): number {
  return lanes.peek(row.priority)?.stairs.timesSent(row.position) ?? 0;
}
