import { type Dirent, readdir } from 'node:fs';
import { isAbsolute } from 'node:path';
import { glob } from 'tinyglobby';
import { ExtensionFault } from './extension-fault.js';
import type { FoundFile } from './thread-messages.js';

/** Where files of services and hooks are looked for. */
export interface FilePatterns {
  /** What patterns are relative to: an absolute path. */
  folder: string;
  services: readonly string[];
  hooks: readonly string[];
}

/** What no pattern means, however wide it is. */
const never = ['**/node_modules/**', '**/*.d.ts', '**/*.d.mts'];

/** The files that the patterns name, in the order of their paths. Throws `ExtensionFault` if a pattern names none. */
export async function findFiles({ folder, services, hooks }: FilePatterns): Promise<FoundFile[]> {
  const found = [await findOf('services', services, folder), await findOf('hooks', hooks, folder)];
  return found.flat();
}

async function findOf(kind: FoundFile['kind'], patterns: readonly string[], folder: string): Promise<FoundFile[]> {
  const exceptions = patterns.filter(pattern => pattern.startsWith('!'));
  const paths = new Set<string>();
  for (const pattern of patterns) {
    if (pattern.startsWith('!')) continue;
    const found = await globOf([pattern, ...exceptions], folder);
    if (found.length === 0) throw nothingFound(kind, pattern, folder);
    for (const path of found) paths.add(checkEnding(kind, path));
  }
  return [...paths].sort().map(path => ({ kind, path }));
}

/** The search itself takes a folder that it may not read for an empty one: files would be left out, and nobody told. */
async function globOf(patterns: string[], cwd: string): Promise<string[]> {
  let unreadable: NodeJS.ErrnoException | null = null;
  const look = (path: string, options: { withFileTypes: true }, done: Look) =>
    readdir(path, options, (error, entries) => {
      if (error && error.code !== 'ENOENT' && error.code !== 'ENOTDIR') unreadable ??= error;
      done(error, entries);
    });
  const fs = { readdir: look as typeof readdir };
  const found = await glob(patterns, { cwd, absolute: true, onlyFiles: true, ignore: never, fs });
  if (unreadable) throw unreadableFolder(unreadable);
  return found;
}

type Look = (error: NodeJS.ErrnoException | null, entries: Dirent[]) => void;

function unreadableFolder({ path, message }: NodeJS.ErrnoException): ExtensionFault {
  return new ExtensionFault(
    `${path}: the folder cannot be read (${message}). Permit it, or leave it out with a pattern like "!private/**".`,
  );
}

function checkEnding(kind: string, path: string): string {
  if (/\.[mc]?js$|\.m?ts$/.test(path)) return path;
  throw new ExtensionFault(
    `${path}: ${kind} are files that end in .js, .mjs, .cjs, .ts or .mts. Narrow the pattern that names it.`,
  );
}

function nothingFound(kind: string, pattern: string, folder: string): ExtensionFault {
  const where = isAbsolute(pattern) ? '' : ` below ${folder}`;
  return new ExtensionFault(`${kind}: no file matches "${pattern}"${where}. Patterns are relative to the config file.`);
}
