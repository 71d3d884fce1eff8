import type { Fault, Ledger } from '../ledger.js';

/** How long a message may be on its way from the server to the record, on a machine that does much else. */
const transportMs = 500;

/** Nothing is sent after its `expiration_time_iso`. */
export function expired({ queues }: Ledger): Fault[] {
  return [...queues.values()].flatMap(({ sub, seen }) =>
    seen.flatMap(({ message, delivered }) => {
      const lateMs = delivered.at - Date.parse(message.expiration_time_iso);
      if (lateMs <= transportMs) return [];
      return [{ rule: 'expired', text: `${sub}: ${message.msg_id} came ${lateMs} ms after it had expired` }];
    }),
  );
}
