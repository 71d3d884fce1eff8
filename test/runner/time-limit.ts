import { existsSync, readFileSync } from 'node:fs';
import { bounds } from './bounds.js';

/**
 * The time limit of a test file in seconds: what a line `// time limit: 300 s` at its top says, else the default.
 * Throws if such a line says anything else, because a limit that is misspelt would not be one.
 *
 * @param paths where to look, in this order; the compiler drops a comment that stands before a type import, so the
 *   source is worth a look too. Files that do not exist are passed over.
 */
export function timeLimitSec(paths: string[]): number {
  for (const path of paths.filter(existsSync)) {
    const top = readFileSync(path, 'utf8').split('\n').slice(0, bounds.time_limit_lines);
    const told = top.map(line => /^\/\/\s*time limit:(.*)$/.exec(line)?.[1]).find(rest => rest !== undefined);
    if (told !== undefined) return secondsIn(told, path);
  }
  return bounds.file_sec;
}

function secondsIn(told: string, path: string): number {
  const seconds = Number(/^ (\d+) s$/.exec(told)?.[1]);
  if (!(seconds >= 1 && seconds <= bounds.file_sec_max)) {
    throw new Error(`${path}: "time limit:${told}" is not from "1 s" to "${bounds.file_sec_max} s"`);
  }
  return seconds;
}
