/** Longer names come from no slip of the finger, and comparing them costs time. */
const comparedCharsMax = 64;
const shownCharsMax = 100;

/** Up to three of the names that somebody who wrote `name` may have meant, nearest first. */
export function similarNames(name: string, names: readonly string[]): string[] {
  if (name.length > comparedCharsMax) return [];
  const wanted = name.toLowerCase();
  const same = names.find(candidate => candidate.toLowerCase() === wanted);
  if (same !== undefined) return [same];
  const slipsMax = Math.max(1, Math.floor(wanted.length / 3));
  return names
    .map(candidate => ({ candidate, slips: editDistance(wanted, candidate) }))
    .filter(({ slips }) => slips <= slipsMax)
    .sort((a, b) => a.slips - b.slips)
    .slice(0, 3)
    .map(({ candidate }) => candidate);
}

/** A name out of a request as it may stand in an answer. */
export function clipped(name: string): string {
  return name.length <= shownCharsMax ? name : `${name.slice(0, shownCharsMax)}…`;
}

/** How many characters must be put in, taken out or replaced to make one text of the other. */
function editDistance(a: string, b: string): number {
  let above = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const replaced = above[column - 1]! + (a[row - 1] === b[column - 1] ? 0 : 1);
      current.push(Math.min(replaced, above[column]! + 1, current[column - 1]! + 1));
    }
    above = current;
  }
  return above[b.length]!;
}
