import { priorityMax, priorityMin } from '../../protocol/message.js';
import type { MailboxRow, MessageRow, Page, PageQuery, Position, SubscriptionRange } from '../store.js';

/** Two pages of the same query, of messages in different places, as one. */
export function mergedPage(one: Page, other: Page, { after, upto, limit, limitBytes }: PageQuery): Page {
  const rows: MessageRow[] = [];
  const scanned = after.slice();
  let bytes = 0;
  for (let priority = priorityMax; priority >= priorityMin; priority--) {
    const reached = Math.min(one.scanned[priority]!, other.scanned[priority]!);
    for (const row of laneOf([one, other], priority, reached)) {
      rows.push(row);
      bytes += Buffer.byteLength(row.body);
      scanned[priority] = row.position;
      if (rows.length >= limit || bytes >= limitBytes) return { rows, scanned };
    }
    scanned[priority] = Math.max(scanned[priority]!, reached);
    if (scanned[priority]! < upto) return { rows, scanned };
  }
  return { rows, scanned };
}

function laneOf(pages: Page[], priority: number, reached: Position): MessageRow[] {
  const rows = pages.flatMap(page => page.rows.filter(row => row.priority === priority && row.position <= reached));
  return rows.sort((a, b) => a.position - b.position);
}

/** Rows of messages by position, from two places. */
export function mergedRows(one: MessageRow[], other: MessageRow[]): MessageRow[] {
  return [...one, ...other].sort((a, b) => a.position - b.position);
}

/** Where the lanes begin that begin in either place. */
export function mergedHeads(one: Position[][], other: Position[][]): Position[][] {
  return one.map((heads, index) => heads.map((head, priority) => Math.min(head, other[index]![priority]!)));
}

/** Which of these subscriptions a range asks for beside those that were found. */
export function missingIn(range: SubscriptionRange, found: MailboxRow[], subIds: number[]): number[] {
  const known = new Set(found.map(({ subId }) => subId));
  const others = subIds.filter(subId => !known.has(subId));
  if ('ids' in range) return others.filter(subId => range.ids.includes(subId));
  // A full page ends with its last row: what comes after it belongs to the next one.
  const end = found.length < range.limit ? Number.POSITIVE_INFINITY : found.at(-1)!.subId;
  return others
    .filter(subId => subId > range.afterId && subId < end)
    .sort((a, b) => a - b)
    .slice(0, range.limit);
}
