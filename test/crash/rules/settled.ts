import type { History, Responded } from '../history.js';
import type { Fault } from '../ledger.js';

/**
 * What was settled does not come again: from the answer of an `ack`, or, for a response, from the moment at which it
 * must be on disk. A response that was on its way when its socket was given up or the server was killed is in doubt.
 */
export function settled(history: History): Fault[] {
  const faults: Fault[] = [];
  const done = new Map<string, Set<string>>();
  /** Which message each id stands for: one that is put back has another id than before. */
  const names = new Map<string, string>();
  const nameOf = (msgId: string) => names.get(msgId) ?? msgId;
  const settle = (sub: string, msgIds: string[]) => {
    const ofSub = done.get(sub) ?? new Set();
    done.set(sub, ofSub);
    for (const msgId of msgIds) ofSub.add(nameOf(msgId));
  };
  const left = new Set<number>();
  let lastKilled = 0;
  let inDoubt: Responded[] = [];
  for (const happening of history) {
    if (happening.kind === 'responded') {
      if (happening.attachment > lastKilled && !left.has(happening.attachment)) inDoubt.push(happening);
    } else if (happening.kind === 'leaving') {
      left.add(happening.attachment);
      inDoubt = inDoubt.filter(({ attachment }) => attachment !== happening.attachment);
    } else if (happening.kind === 'killed') {
      lastKilled = happening.lastSocket;
      inDoubt = [];
    } else if (happening.kind === 'confirmed') settle(happening.sub, happening.acked);
    else if (happening.kind === 'witnessed') {
      for (const { sub, acked } of inDoubt.filter(({ at }) => at <= happening.upTo)) settle(sub, acked);
      inDoubt = inDoubt.filter(({ at }) => at > happening.upTo);
    } else if (happening.kind === 'delivered') {
      const { sub, messages } = happening;
      for (const { msg_id, data } of messages) {
        const n = (data as { n?: unknown } | null)?.n;
        if (typeof n === 'number') names.set(msg_id, `publish ${n}`);
        if (done.get(sub)?.has(nameOf(msg_id))) faults.push({ rule: 'settled', text: `${sub}: ${msg_id} came again` });
      }
    }
  }
  return faults;
}
