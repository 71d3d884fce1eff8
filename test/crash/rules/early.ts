import type { Fault, Ledger } from '../ledger.js';

/** Nothing is sent before it is due, and nothing is due sooner than its delay after it was first sent. */
export function early({ queues }: Ledger): Fault[] {
  return [...queues.values()].flatMap(({ sub, seen }) =>
    seen.flatMap(({ message, publish, delivered }) => {
      if (!publish?.first.delaySec) return [];
      const { at, delaySec } = publish.first;
      const earlyMs = at + delaySec * 1000 - delivered.at;
      if (earlyMs <= 0) return [];
      return [{ rule: 'early', text: `${sub}: ${message.msg_id} came ${earlyMs} ms before it was due` }];
    }),
  );
}
