import { randomBytes } from 'node:crypto';
import { readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { unlessMissing } from '../files/file-fault.js';

/** What this process is writing is told by it from what one before it left behind. */
const token = randomBytes(6).toString('hex');
let count = 0;

/** A name for a file while it is written, which nobody takes for a finished one. */
export function hiddenName(): string {
  count += 1;
  return `.holdfast-${token}-${count}.tmp`;
}

/** Removes what a process that was killed was writing; its messages come again. */
export async function removeLeftovers(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const [, its] = /^\.holdfast-([0-9a-f]{12})-\d+\.tmp$/.exec(name) ?? [];
    if (its !== undefined && its !== token) await unlessMissing(unlink(join(folder, name)));
  }
}
