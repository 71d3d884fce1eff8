import type { History } from '../history.js';
import type { Fault } from '../ledger.js';

/** What was answered as held stays so, and is not delivered, until somebody asks for its release, whatever is killed in between. */
export function held(history: History): Fault[] {
  const faults: Fault[] = [];
  const kept = new Set<string>();
  let lastKilled = 0;
  for (const happening of history) {
    if (happening.kind === 'held') kept.add(`${happening.sub} ${happening.msgId}`);
    else if (happening.kind === 'releasing') kept.delete(`${happening.sub} ${happening.msgId}`);
    else if (happening.kind === 'killed') lastKilled = happening.lastSocket;
    else if (happening.kind === 'looked') {
      const { sub, msgId, state } = happening;
      if (state !== 'held' && kept.has(`${sub} ${msgId}`))
        faults.push({ rule: 'held', text: `${sub}: ${msgId} is ${state}` });
    } else if (happening.kind === 'delivered' && happening.attachment > lastKilled) {
      const { sub, messages } = happening;
      for (const { msg_id } of messages)
        if (kept.has(`${sub} ${msg_id}`))
          faults.push({ rule: 'held', text: `${sub}: ${msg_id} came while it was held` });
    }
  }
  return faults;
}
