import type { Outcome } from './run-file.js';

/** A test file that waits for its turn. */
export interface PlannedFile {
  /** Absolute path of the compiled file. */
  path: string;
  limitSec: number;
}

/**
 * Runs the files, `atOnce` at a time, and tells each outcome as it comes. The ones that may take long come first,
 * so that the last process does not work alone.
 */
export async function runFiles(
  files: PlannedFile[],
  atOnce: number,
  run: (file: PlannedFile) => Promise<Outcome>,
  tell: (outcome: Outcome) => void,
): Promise<Outcome[]> {
  const waiting = files.toSorted((a, b) => b.limitSec - a.limitSec || a.path.localeCompare(b.path));
  const outcomes: Outcome[] = [];

  async function work(): Promise<void> {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
      const outcome = await run(file);
      outcomes.push(outcome);
      tell(outcome);
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work));
  return outcomes;
}
