import { readFileSync } from 'node:fs';

/** Files and sockets that a process may have open at most: Node raises its soft limit to the hard one when it starts. */
export function descriptorsMax(): number {
  return hardLimitOf(readFileSync('/proc/self/limits', 'utf8'));
}

/** The hard limit of open files from the text of `/proc/<pid>/limits`. */
export function hardLimitOf(limits: string): number {
  const hard = /^Max open files\s+\S+\s+(\S+)/m.exec(limits)?.[1];
  if (hard === undefined) throw new Error('The limits of the process do not tell of open files');
  return hard === 'unlimited' ? Number.POSITIVE_INFINITY : Number(hard);
}
