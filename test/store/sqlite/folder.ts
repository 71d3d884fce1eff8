import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder of its own for the files of a test. */
export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'holdfast-store-'));
}

/** Runs `use` with a folder of its own, and removes it. */
export async function inFolder(use: (folder: string) => Promise<void> | void): Promise<void> {
  const folder = temporaryFolder();
  try {
    await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
