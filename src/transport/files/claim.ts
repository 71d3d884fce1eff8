import { createHash, randomBytes } from 'node:crypto';
import { lstat, mkdir, readdir, rename, rmdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { messageIdFrom } from '../../protocol/ids.js';
import { type FileDrop, markerOf } from './drop.js';
import type { DropPlaces } from './drop-places.js';
import { codeOf, unlessMissing } from './file-fault.js';
import { findFiles } from './find-files.js';
import { syncFolder } from './sync-folder.js';

/** What becomes of a file: `published`, or the reason why it never will be. */
export type Fate = { kind: 'published' } | { kind: 'failed'; reason: string };

/** A file that was found finished. */
export interface FoundFile {
  name: string;
  drop: FileDrop;
  size: number;
  mtimeMs: number;
  /** Once it is known: what is left is to put it away. */
  fate?: Fate;
}

/**
 * Files that were taken together: they lie in a folder of their own, whose name nobody has used before and from which
 * the ids of their messages follow. So whoever finds them there after a crash publishes them under the same ids, and
 * the same file dropped again is another message.
 */
export interface Claim {
  readonly path: string;
  readonly id: string;
  /** Unix milliseconds. */
  readonly sinceMs: number;
  /** An earlier process took them: some may be published. */
  readonly isFound: boolean;
  files: FoundFile[];
}

/** Takes files out of the folder. When it resolves, they are taken for good; those that were gone are left out. */
export async function claimFiles(places: DropPlaces, found: readonly FoundFile[], nowMs: number): Promise<Claim> {
  const id = `${new Date(nowMs).toISOString().replace(/[-:.]/g, '')}-${randomBytes(8).toString('hex')}`;
  const claim: Claim = { path: join(places.working, id), id, sinceMs: nowMs, isFound: false, files: [] };
  await mkdir(claim.path);
  for (const file of found) if (await take(places.folder, claim.path, file.name, file.drop)) claim.files.push(file);
  // Whoever publishes before the disk knows where the file is publishes it again after the power has failed.
  for (const path of [claim.path, places.working, places.folder]) await syncFolder(path);
  return claim;
}

/** What an earlier process has taken and not put away, the oldest first. */
export async function findClaims(places: DropPlaces, drops: readonly FileDrop[]): Promise<Claim[]> {
  const claims: Claim[] = [];
  for (const id of (await readdir(places.working)).sort()) {
    const sinceMs = timeOf(id);
    if (sinceMs === null) continue;
    const path = join(places.working, id);
    await finishTaking(places.folder, path, drops);
    const files: FoundFile[] = [];
    for (const [name, drop] of await findFiles(path, drops)) {
      const { size, mtimeMs } = await lstat(join(path, name));
      files.push({ name, drop, size, mtimeMs });
    }
    claims.push({ path, id, sinceMs, isFound: true, files: files.sort(byTime) });
  }
  return claims;
}

/** The id of the message that a file is published as. */
export function messageIdOf({ id }: Claim, name: string): string {
  return messageIdFrom(createHash('sha256').update(`${id}/${name}`).digest());
}

/** Its folder goes. False: there is something left in it. */
export async function endClaim({ path }: Claim): Promise<boolean> {
  try {
    await rmdir(path);
    return true;
  } catch (error) {
    if (['ENOTEMPTY', 'EEXIST'].includes(codeOf(error))) return false;
    throw error;
  }
}

/** The order in which files are published. */
export function byTime(a: FoundFile, b: FoundFile): number {
  return a.mtimeMs - b.mtimeMs || (a.name < b.name ? -1 : 1);
}

/**
 * The marker is taken first and goes last: as long as the file is in its folder nobody replaces it, and a marker that
 * were left behind would mean the next file of that name.
 */
async function take(from: string, to: string, name: string, drop: FileDrop): Promise<boolean> {
  const marker = markerOf(drop);
  if (marker && !(await move(from, to, name + marker))) return false;
  const isTaken = await move(from, to, name);
  if (marker) await unlink(join(to, name + marker));
  return isTaken;
}

async function move(from: string, to: string, name: string): Promise<boolean> {
  return (await unlessMissing(rename(join(from, name), join(to, name)).then(() => true))) ?? false;
}

/** A crash came between a marker and its file, or between both and the end of the marker. */
async function finishTaking(folder: string, path: string, drops: readonly FileDrop[]): Promise<void> {
  const names = new Set(await readdir(path));
  for (const marker of new Set(drops.map(markerOf))) {
    for (const name of marker ? names : []) {
      const marked = name.slice(0, -marker!.length);
      if (!name.endsWith(marker!) || marked === '') continue;
      if (names.has(marked) || (await move(folder, path, marked))) await unlink(join(path, name));
    }
  }
}

function timeOf(id: string): number | null {
  const [, year, month, day, hour, minute, second, ms] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z-[0-9a-f]{16}$/.exec(id) ?? [];
  if (ms === undefined) return null;
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}.${ms}Z`);
}
