import type { Fault, Ledger, Queue } from '../ledger.js';

/**
 * `delivery_count` is never too low: of several deliveries of one message the second has at least 2, and so on. They
 * are sorted first, because two sockets of one subscription may be read in either order.
 */
export function counts({ queues }: Ledger): Fault[] {
  return [...queues.values()].flatMap(queue =>
    [...countsById(queue)].flatMap(([msgId, found]) => {
      const sorted = found.toSorted((a, b) => a - b);
      if (sorted.every((count, at) => count >= at + 1)) return [];
      return [{ rule: 'counts', text: `${queue.sub}: ${msgId} came with delivery_count ${sorted.join(', ')}` }];
    }),
  );
}

function countsById({ seen }: Queue): Map<string, number[]> {
  const byId = new Map<string, number[]>();
  for (const { message } of seen) {
    const known = byId.get(message.msg_id);
    if (known) known.push(message.delivery_count);
    else byId.set(message.msg_id, [message.delivery_count]);
  }
  return byId;
}
