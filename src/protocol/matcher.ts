/**
 * Whether a pattern covers a topic name; both in their full form (see `names.ts`). `*` stands for any characters of one
 * segment, `**` for zero or more whole segments.
 *
 * No step is ever taken back further than to the last star of each kind, because the first place where what stands
 * between two stars fits is as good as any later one. So the steps are bounded by the product of the two lengths, both
 * of at most 500 bytes, whatever stars a stranger puts into a pattern; for patterns without repetition by their sum.
 */
import { isAtOrBelow, systemPrefixOf } from './names.js';

const star = 0x2a;
const slash = 0x2f;

export function matches(pattern: string, name: string): boolean {
  const prefix = systemPrefixOf(name);
  return (prefix === null || isAtOrBelow(pattern, prefix)) && covers(pattern, name);
}

/** The same without the rule for system topics, on any part of a pattern and of a name. */
export function covers(pattern: string, name: string): boolean {
  let p = 0;
  let n = 0;
  // What follows the last star of each kind, and where in the name it was last tried; -1 = no such star to go back to.
  let afterStar = -1;
  let triedStar = 0;
  let afterDeep = -1;
  let triedDeep = 0;

  while (p < pattern.length || n < name.length) {
    const code = pattern.charCodeAt(p);
    if (code === star) {
      p += 1;
      afterStar = p;
      triedStar = n;
    } else if (code === slash && isDeep(pattern, p) && isSegmentEnd(name, n)) {
      p += 3;
      if (p === pattern.length) return true;
      afterDeep = p;
      triedDeep = n;
      afterStar = -1;
    } else if (n < name.length && code === name.charCodeAt(n)) {
      p += 1;
      n += 1;
      if (code === slash) afterStar = -1;
    } else if (afterStar >= 0 && !isSegmentEnd(name, triedStar)) {
      triedStar += 1;
      p = afterStar;
      n = triedStar;
    } else if (afterDeep >= 0 && triedDeep < name.length) {
      triedDeep = segmentEnd(name, triedDeep + 1);
      p = afterDeep;
      n = triedDeep;
      afterStar = -1;
    } else return false;
  }
  return true;
}

function isDeep(pattern: string, slashAt: number): boolean {
  return pattern.charCodeAt(slashAt + 1) === star && pattern.charCodeAt(slashAt + 2) === star;
}

function isSegmentEnd(name: string, at: number): boolean {
  return at >= name.length || name.charCodeAt(at) === slash;
}

function segmentEnd(name: string, from: number): number {
  const end = name.indexOf('/', from);
  return end < 0 ? name.length : end;
}
