import { constants } from 'node:fs';
import { lstat, open, rename } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { unlessMissing } from './file-fault.js';

/** What file systems allow for a name. */
const nameBytesMax = 255;

/**
 * Moves a file into the folder, under its name or, where there is one already, with the tag in it. A rename cannot be
 * asked not to replace, and nobody else is to write there. Answers the name.
 */
export async function putAway(path: string, name: string, into: string, tag: string): Promise<string> {
  const free = await freeName(name, into, tag);
  await rename(path, join(into, free));
  return free;
}

/** Puts the reason beside where the file will be, then moves the file: none is there without its reason. */
export async function putAwayWith(reason: string, path: string, name: string, into: string, tag: string) {
  const free = await freeName(name, into, tag);
  const { O_WRONLY, O_CREAT, O_TRUNC, O_NOFOLLOW = 0 } = constants;
  const file = await open(join(into, withEnding(free, '.reason.txt')), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW);
  try {
    await file.writeFile(`${reason}\n`);
  } finally {
    await file.close();
  }
  await rename(path, join(into, free));
  return free;
}

async function freeName(name: string, into: string, tag: string): Promise<string> {
  for (let count = 0; ; count += 1) {
    const free = count === 0 ? name : tagged(name, count === 1 ? tag : `${tag}-${count}`);
    if (!(await unlessMissing(lstat(join(into, free))))) return free;
  }
}

/** `report.csv` → `report.TAG.csv`. */
function tagged(name: string, tag: string): string {
  const ending = extname(name);
  return withEnding(name.slice(0, name.length - ending.length), `.${tag}${ending}`);
}

function withEnding(name: string, ending: string): string {
  let bytes = nameBytesMax - Buffer.byteLength(ending);
  const kept: string[] = [];
  for (const character of name) {
    bytes -= Buffer.byteLength(character);
    if (bytes < 0) break;
    kept.push(character);
  }
  return kept.join('') + ending;
}
