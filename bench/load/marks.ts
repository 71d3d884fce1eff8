/**
 * How often `mark` stands in `bytes` from `start` to before `end`. `leap` bytes after each are not looked at: where two
 * marks are known to be that far apart, counting costs next to nothing.
 */
export function countMarks(mark: Buffer, bytes: Buffer, start: number, end: number, leap = mark.length): number {
  let count = 0;
  // Within the bounds only: `indexOf` over the whole buffer would look through all frames that follow.
  const within = bytes.subarray(start, end);
  let at = within.indexOf(mark);
  while (at !== -1) {
    count += 1;
    at = within.indexOf(mark, at + leap);
  }
  return count;
}
