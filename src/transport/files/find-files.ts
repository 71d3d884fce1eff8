import type { Dirent, readdirSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { globSync } from 'tinyglobby';
import { type FileDrop, markerOf } from './drop.js';

/**
 * The regular files of a folder that a drop wants, by their names. Links, pipes and folders are left where they are, and
 * so is what nobody wants. Markers are wanted by nobody.
 *
 * The folder is read once for all drops: a file that appeared after the first of them had looked would otherwise go to
 * a later one that wants it too, to another topic and perhaps before it is finished.
 */
export async function findFiles(folder: string, drops: readonly FileDrop[]): Promise<Map<string, FileDrop>> {
  const entries = await readdir(folder, { withFileTypes: true });
  const found = new Map<string, FileDrop>();
  const markers = drops.map(markerOf).filter(marker => marker !== null);
  for (const drop of drops) {
    for (const name of namesAmong(entries, folder, drop.pattern)) {
      if (!found.has(name) && !markers.some(marker => name.endsWith(marker))) found.set(name, drop);
    }
  }
  return found;
}

/** Nothing here waits for the disk: to the pattern, the folder is what was read of it. */
function namesAmong(entries: Dirent[], cwd: string, pattern: string): string[] {
  const files = entries.filter(entry => entry.isFile());
  const fs = { readdirSync: (() => files) as unknown as typeof readdirSync };
  return globSync(pattern, { cwd, fs, deep: 1, onlyFiles: true, followSymbolicLinks: false, expandDirectories: false });
}
