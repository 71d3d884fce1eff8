import { open } from 'node:fs/promises';

/** Resolves when the names in the folder are on disk. Windows has no such call, and keeps names in its journal. */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
