import type { History } from './history.js';
import { type Fault, ledgerOf } from './ledger.js';
import { counts } from './rules/counts.js';
import { early } from './rules/early.js';
import { expired } from './rules/expired.js';
import { held } from './rules/held.js';
import { ids } from './rules/ids.js';
import { invented } from './rules/invented.js';
import { lost } from './rules/lost.js';
import { order } from './rules/order.js';
import { settled } from './rules/settled.js';
import { switchedOff } from './rules/switched-off.js';

/** Everything in the history that a server which keeps its promises cannot have done. */
export function check(history: History): Fault[] {
  const ledger = ledgerOf(history);
  return [
    ...lost(ledger),
    ...invented(ledger),
    ...ids(ledger),
    ...order(ledger),
    ...counts(ledger),
    ...settled(history),
    ...expired(ledger),
    ...early(ledger),
    ...held(history),
    ...switchedOff(history, ledger),
  ];
}

/** For a person: how many faults of each rule, and the first few of each. */
export function report(faults: Fault[]): string {
  const rules = [...new Set(faults.map(({ rule }) => rule))];
  return rules
    .map(rule => {
      const texts = faults.filter(fault => fault.rule === rule).map(({ text }) => text);
      return [`${rule}: ${texts.length}`, ...texts.slice(0, 5)].join('\n  ');
    })
    .join('\n');
}
