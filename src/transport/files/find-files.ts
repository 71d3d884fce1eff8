import { glob } from 'tinyglobby';
import { type FileDrop, markerOf } from './drop.js';

/**
 * The regular files of a folder that a drop wants, by their names. Links, pipes and folders are left where they are, and
 * so is what nobody wants. Markers are wanted by nobody.
 */
export async function findFiles(folder: string, drops: readonly FileDrop[]): Promise<Map<string, FileDrop>> {
  const found = new Map<string, FileDrop>();
  const markers = drops.map(markerOf).filter(marker => marker !== null);
  for (const drop of drops) {
    for (const name of await namesIn(folder, drop.pattern)) {
      if (!found.has(name) && !markers.some(marker => name.endsWith(marker))) found.set(name, drop);
    }
  }
  return found;
}

function namesIn(cwd: string, pattern: string): Promise<string[]> {
  return glob(pattern, { cwd, deep: 1, onlyFiles: true, followSymbolicLinks: false, expandDirectories: false });
}
