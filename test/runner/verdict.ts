import type { Counts } from './message.js';

/** How the process of a test file ended. */
export interface Ending {
  /** What it told at the end of its tests; undefined if it did not get there. */
  counts: Counts | undefined;
  code: number | null;
  signal: string | null;
  /** Seconds after which it was killed; undefined if it was not. */
  killedAfterSec: number | undefined;
  /** Full title of the last test that started. */
  lastTest: string | undefined;
}

/** What speaks against the file as a whole, whatever its tests say; none if all is well. */
export function faultsOf(ending: Ending): string[] {
  const { counts, code, signal, killedAfterSec, lastTest } = ending;
  const during = lastTest === undefined ? 'before its first test' : `during or after "${lastTest}"`;
  const faults: string[] = [];
  if (killedAfterSec !== undefined) faults.push(`killed: not done within ${killedAfterSec} s, ${during}`);
  else if (signal !== null) faults.push(`ended by ${signal}, ${during}`);
  else if (code !== 0) faults.push(`exit code ${code}, ${counts ? 'after its tests' : during}`);
  else if (!counts) faults.push(`the process ended before its tests were done, ${during}`);

  if (counts === undefined) return faults;
  for (const suite of counts.forgotten) faults.push(`"${suite}" has tests but no run() after them`);
  if (counts.passed + counts.failed + counts.forgotten.length === 0) faults.push('no test ran');
  return faults;
}
