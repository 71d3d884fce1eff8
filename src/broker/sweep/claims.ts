import { priorityMax, priorityMin } from '../../protocol/message.js';
import type { InterestRow, Position } from '../../store/store.js';
import { Lanes } from '../lanes/lanes.js';

/** What subscriptions of one endpoint with one pattern may still be owed, up to the end of their interest. */
export interface Claim {
  readonly endpointId: number;
  /** Infinity = open. */
  readonly to: Position;
  /** By priority: where the one that has settled least begins, or Infinity if nothing is owed. Index 0 is not used. */
  readonly from: Position[];
  /** By priority: its id. */
  readonly subIds: number[];
}

/**
 * The claims of these rows, which have one pattern. Whoever has settled less needs all that the others need, if they have
 * the same rights and their interest ends at the same place: so there are few claims, however many rows.
 */
export function claimsOf(rows: readonly InterestRow[]): Claim[] {
  const claims = new Map<string, Claim>();
  for (const row of rows) {
    const to = row.to ?? Infinity;
    const key = `${row.endpointId} ${to}`;
    let claim = claims.get(key);
    if (!claim) {
      claim = { endpointId: row.endpointId, to, from: listOf(Infinity), subIds: listOf(0) };
      claims.set(key, claim);
    }
    const cursors = Lanes.cursors(row.lanes, row.createdAt);
    for (let p = priorityMin; p <= priorityMax; p += 1) {
      const from = Math.max(cursors[p]!, row.from);
      if (from >= to || from >= claim.from[p]!) continue;
      claim.from[p] = from;
      claim.subIds[p] = row.subId;
    }
  }
  return [...claims.values()];
}

/** By priority. */
export function listOf(value: number): number[] {
  return new Array<number>(priorityMax + 1).fill(value);
}
