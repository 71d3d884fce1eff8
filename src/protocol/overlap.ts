import { systemPrefixOf } from './names.js';

/**
 * Whether there may be a topic that both patterns are for; both in their full form (see `names.ts`). Those that spell the
 * prefix of system topics have nothing in common with others. Two that do not may be said to overlap where the only name
 * that both cover is one of the system.
 *
 * The work is bounded by the product of the two lengths, whatever stars a stranger puts into them.
 */
export function overlaps(a: string, b: string): boolean {
  if (systemPrefixOf(a) !== systemPrefixOf(b)) return false;
  return haveCommon(a.split('/'), b.split('/'), '**', (one, other) => haveCommon([...one], [...other], '*', isSame));
}

function isSame(one: string, other: string): boolean {
  return one === other;
}

/** Whether two rows can stand for the same, where `many` stands for any number of items and every other one for one. */
function haveCommon(
  a: readonly string[],
  b: readonly string[],
  many: string,
  isCommon: (one: string, other: string) => boolean,
): boolean {
  // Whether the first `i` of `a` and the first `j` of `b` can: a line of that table for each `i`, made from the last one.
  let line = [true, ...b.map((_, j) => b.slice(0, j + 1).every(item => item === many))];
  for (const one of a) {
    const next = [one === many && line[0]!];
    for (const [j, other] of b.entries()) {
      if (one === many) next.push(line[j + 1]! || next[j]!);
      else if (other === many) next.push(next[j]! || line[j + 1]!);
      else next.push(line[j]! && isCommon(one, other));
    }
    line = next;
  }
  return line.at(-1)!;
}
