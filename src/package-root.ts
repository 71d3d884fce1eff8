import { existsSync } from 'node:fs';

/** Where `package.json` and `schemas/` are: looked for upwards, because sources are compiled into folders of any depth. */
export function packageRoot(): URL {
  let folder = new URL('.', import.meta.url);
  while (!existsSync(new URL('package.json', folder))) {
    const parent = new URL('..', folder);
    if (parent.href === folder.href) throw new Error(`no package.json in any folder above ${import.meta.url}`);
    folder = parent;
  }
  return folder;
}
