import { realpath } from 'node:fs/promises';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { HoldfastError } from '../../protocol/errors.js';

/** The folders below which routes may write. */
export class AllowedFolders {
  readonly #paths: readonly string[];

  constructor(paths: readonly string[]) {
    this.#paths = paths;
  }

  /** Throws `invalid_params` if the folder is none of them and below none of them. */
  check(folder: string): void {
    const fault = this.#faultOf(folder);
    if (fault) {
      throw new HoldfastError('invalid_params', `route.folder ${fault}`, { path: 'route.folder', reason: fault });
    }
  }

  /** Where the folder is, whatever links lead there. Throws an error with the reason if that is not allowed. */
  async find(folder: string): Promise<string> {
    const path = await realpath(folder);
    for (const allowed of this.#paths) if (isWithin(path, await realpath(allowed))) return path;
    throw new Error(`${folder} leads to ${path}, which file_folders does not allow`);
  }

  #faultOf(folder: string): string | null {
    if (!isAbsolute(folder)) return 'must be an absolute path';
    if (folder.includes('\0')) return 'must hold no NUL character';
    if (this.#paths.some(allowed => isWithin(resolve(folder), allowed))) return null;
    return this.#paths.length === 0
      ? 'is not allowed: the configuration names no file_folders'
      : 'is not below any of file_folders of the configuration';
  }
}

function isWithin(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
