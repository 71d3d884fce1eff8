import { constants } from 'node:fs';
import { access, lstat, mkdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf, unlessMissing } from './file-fault.js';

/** The folder of a drop and those within it that belong to Holdfast, all absolute and without links. */
export interface DropPlaces {
  folder: string;
  /** Where files are from the moment they are taken until it is known what became of them. */
  working: string;
  done: string;
  failed: string;
}

const names = { working: '.working', done: 'done', failed: 'failed' } as const;

/** Finds the folder and makes those within it. Throws an error with the reason, where files could not be worked on. */
export async function openPlaces(path: string): Promise<DropPlaces> {
  const folder = await realpath(path).catch(error => {
    throw new Error(codeOf(error) === 'ENOENT' ? 'there is no such folder: make it' : (error as Error).message);
  });
  const places = {
    folder,
    working: join(folder, names.working),
    done: join(folder, names.done),
    failed: join(folder, names.failed),
  };
  await checkPlaces(places);
  return places;
}

/** Throws an error with the reason if they are not what they were: a link that stands in for one would lead outside. */
export async function checkPlaces({ folder, working, done, failed }: DropPlaces): Promise<void> {
  const device = await checkFolder(folder);
  for (const path of [working, done, failed]) {
    await mkdir(path).catch(error => {
      if (codeOf(error) !== 'EEXIST') throw error;
    });
    if ((await checkFolder(path)) !== device) {
      throw new Error(`${path} is on another file system than its folder: files could not be moved there at once`);
    }
  }
}

async function checkFolder(path: string): Promise<number> {
  const found = await unlessMissing(lstat(path));
  if (!found) throw new Error(`${path} is not there`);
  if (!found.isDirectory()) throw new Error(`${path} is not a folder`);
  await access(path, constants.R_OK | constants.W_OK | constants.X_OK);
  return found.dev;
}
