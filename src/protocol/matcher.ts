/**
 * Whether a pattern covers a topic name; both in their full form (see `names.ts`). `*` stands for any characters of one
 * segment, `**` for zero or more whole segments.
 *
 * A step back goes to the last star of its kind and never to an earlier one, because the first place where the text
 * between two stars fits is as good as any later one. So for a given pattern the work grows with the length of the name
 * and no faster, and whatever stars a stranger puts into a pattern, the product of the two lengths bounds it: 500 bytes
 * each.
 */
import { isAtOrBelow, systemPrefixOf } from './names.js';

const star = 0x2a;
const slash = 0x2f;
/** No character: the pattern is used up. Reading past the end would give NaN, which takes twice the time. */
const none = -1;

export function matches(pattern: string, name: string): boolean {
  if (!covers(pattern, name)) return false;
  const prefix = systemPrefixOf(name);
  return prefix === null || isAtOrBelow(pattern, prefix);
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
    const code = p < pattern.length ? pattern.charCodeAt(p) : none;
    if (code === star) {
      p += 1;
      afterStar = p;
      triedStar = n;
    } else if (code === slash && isDeepAt(pattern, p) && isSegmentEnd(name, n)) {
      p += 3;
      if (p === pattern.length) return true;
      afterDeep = p;
      triedDeep = n;
      afterStar = -1;
    } else if (n < name.length && code === name.charCodeAt(n)) {
      p += 1;
      n += 1;
      if (code === slash) afterStar = -1;
    } else if (n === name.length) {
      // The pattern wants more than there is, and any star that took more would leave still less.
      return false;
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

function isDeepAt(pattern: string, at: number): boolean {
  return at + 2 < pattern.length && pattern.charCodeAt(at + 1) === star && pattern.charCodeAt(at + 2) === star;
}

function isSegmentEnd(name: string, at: number): boolean {
  return at >= name.length || name.charCodeAt(at) === slash;
}

function segmentEnd(name: string, from: number): number {
  const end = name.indexOf('/', from);
  return end < 0 ? name.length : end;
}
