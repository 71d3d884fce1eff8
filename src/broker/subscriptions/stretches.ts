import type { Position } from '../../store/store.js';

/**
 * Stretches: intervals of positions, in which interest and right are kept. A stretch holds for messages after `from`
 * up to and including `to` (Infinity = open), so "at the time of the publication" is exact. Lists of them are sorted
 * and do not touch each other.
 */
export interface Stretch {
  readonly from: Position;
  readonly to: Position;
}

export const always: readonly Stretch[] = [{ from: 0, to: Infinity }];
export const never: readonly Stretch[] = [];

export function contains(stretches: readonly Stretch[], position: Position): boolean {
  for (const stretch of stretches) {
    if (position <= stretch.from) return false;
    if (position <= stretch.to) return true;
  }
  return false;
}

/** Stretches of one kind unite: two patterns that both cover a topic let more through than each alone. */
export function unite(stretches: readonly Stretch[]): readonly Stretch[] {
  if (stretches.length < 2) return stretches.filter(s => s.from < s.to);
  const sorted = stretches.filter(s => s.from < s.to).sort((a, b) => a.from - b.from);
  const united: Stretch[] = [];
  for (const next of sorted) {
    const last = united[united.length - 1];
    if (last && next.from <= last.to) united[united.length - 1] = { from: last.from, to: Math.max(last.to, next.to) };
    else united.push(next);
  }
  return united;
}

/** Stretches of different kinds intersect: what is seen needs interest and right. */
export function intersect(a: readonly Stretch[], b: readonly Stretch[]): readonly Stretch[] {
  const both: Stretch[] = [];
  for (const x of a) {
    for (const y of b) {
      const from = Math.max(x.from, y.from);
      const to = Math.min(x.to, y.to);
      if (from < to) both.push({ from, to });
    }
  }
  return both.length > 1 ? unite(both) : both;
}
