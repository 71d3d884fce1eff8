import { link, lstat, open, readFile, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf, unlessMissing } from '../files/file-fault.js';
import { taggedName } from './file-name.js';
import { hiddenName } from './hidden-names.js';

export interface WrittenFile {
  folder: string;
  name: string;
  /** In the name if that is taken: no other message has it. */
  tag: string;
  body: Buffer;
  /** The message may have been written before. */
  isAgain: boolean;
  /** No other message has the name: a file of this name and content is its own. */
  isNameItsOwn: boolean;
}

/**
 * Writes a file so that whoever looks into the folder sees all of it or nothing, and replaces none. When it resolves the
 * content is on disk; for the name the folder has to be synced.
 */
export async function writeFile(written: WrittenFile): Promise<void> {
  const { folder, name, tag, body, isAgain, isNameItsOwn } = written;
  const tagged = taggedName(name, tag);
  if (isAgain && (await hasContent(join(folder, tagged), body))) return;
  if (isAgain && isNameItsOwn && (await hasContent(join(folder, name), body))) return;
  const hidden = join(folder, hiddenName());
  await writeAnew(hidden, body);
  for (let count = 0; ; count += 1) {
    const free = count === 0 ? name : count === 1 ? tagged : taggedName(name, `${tag}-${count}`);
    if (await appear(hidden, join(folder, free))) return;
  }
}

/** A rename would replace what is there. Where a second name cannot be given, it has to do. */
async function appear(hidden: string, path: string): Promise<boolean> {
  try {
    await link(hidden, path);
    await unlink(hidden);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    if (!withoutLinks.has(codeOf(error))) throw error;
  }
  if (await unlessMissing(lstat(path))) return false;
  await rename(hidden, path);
  return true;
}

const withoutLinks = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK']);

async function writeAnew(path: string, body: Buffer): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await file.writeFile(body);
    await file.datasync();
  } finally {
    await file.close();
  }
}

async function hasContent(path: string, body: Buffer): Promise<boolean> {
  const found = await unlessMissing(lstat(path));
  return found?.isFile() === true && found.size === body.length && body.equals(await readFile(path));
}
