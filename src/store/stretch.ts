import type { Position, StretchRow } from './store.js';

/** Opens a stretch of the pattern after `position`; one that is open, or that ended just there, goes on. */
export function openStretch(rows: StretchRow[], pattern: string, position: Position): void {
  const latest = rows.findLast(row => row.pattern === pattern);
  if (latest?.to === null) return;
  if (latest?.to === position) latest.to = null;
  else rows.push({ pattern, from: position, to: null });
}

/** Ends the open stretch of the pattern at `position`. */
export function closeStretch(rows: StretchRow[], pattern: string, position: Position): void {
  const open = rows.find(row => row.pattern === pattern && row.to === null);
  if (open !== undefined) open.to = position;
}

/**
 * What is left of the rows without those in which no message lies any more, so that switching on and off again and
 * again does not pile up rows. `oldest` is the position of the oldest message of the log. With `keepLatest`, the
 * latest stretch of each pattern stays: it tells that the pattern belongs to its owner, although it is switched off.
 */
export function liveStretches(rows: StretchRow[], oldest: Position, keepLatest: boolean): StretchRow[] {
  const latest = new Map(rows.map((row, index) => [row.pattern, index]));
  return rows.filter(
    (row, index) =>
      row.to === null || (row.to > row.from && row.to >= oldest) || (keepLatest && latest.get(row.pattern) === index),
  );
}
