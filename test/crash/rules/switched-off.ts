import type { History } from '../history.js';
import { type Fault, isSentOnce, type Ledger } from '../ledger.js';

/** A topic that was answered as switched off takes nothing until somebody asks for it to be switched on. */
export function switchedOff(history: History, { publishes }: Ledger): Fault[] {
  const faults: Fault[] = [];
  /** Where in the history each topic was switched off. */
  const since = new Map<string, number>();
  for (const [index, happening] of history.entries()) {
    if (happening.kind === 'switched_off') since.set(happening.topic, index);
    else if (happening.kind === 'switching') since.delete(happening.topic);
    else if (happening.kind === 'answered') {
      const publish = publishes.get(happening.n)!;
      const { topic } = publish.first;
      if (!isSentOnce(publish) || publish.sends[0]!.index < (since.get(topic) ?? Infinity)) continue;
      faults.push({ rule: 'switched_off', text: `publish ${publish.n} entered ${topic}, which was off` });
    }
  }
  return faults;
}
