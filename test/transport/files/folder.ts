import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FileDrop } from '../../../src/transport/files/drop.js';

const made = new Set<string>();

/** A folder that files are dropped into, in a folder of the test. */
export class Folder {
  readonly root: string;
  readonly path: string;

  constructor() {
    this.root = mkdtempSync(join(tmpdir(), 'holdfast-files-'));
    this.path = join(this.root, 'drop');
    mkdirSync(this.path);
    made.add(this.root);
  }

  /** Writes in place. */
  write(name: string, content: string | Uint8Array): void {
    writeFileSync(join(this.path, name), content);
  }

  /** Lets a whole file appear. */
  rename(name: string, content: string | Uint8Array): void {
    const elsewhere = join(this.root, 'written');
    writeFileSync(elsewhere, content);
    renameSync(elsewhere, join(this.path, name));
  }

  /** Gives what was written here the name that a pattern matches. */
  appear(before: string, name: string): void {
    renameSync(join(this.path, before), join(this.path, name));
  }

  /** Says that it was written so many seconds after 1970. */
  date(name: string, sec: number): void {
    utimesSync(join(this.path, name), sec, sec);
  }

  /** Makes a pipe that nobody writes to: whoever opens it to read waits. Node has no call for it. */
  pipe(name: string): void {
    execFileSync('mkfifo', [join(this.path, name)]);
  }

  read(name: string, within = ''): string {
    return readFileSync(join(this.path, within, name), 'utf8');
  }

  stat(name: string, within = '') {
    return statSync(join(this.path, within, name));
  }

  list(within = ''): string[] {
    return readdirSync(join(this.path, within)).sort();
  }

  count(within: string): number {
    return existsSync(join(this.path, within)) ? this.list(within).length : 0;
  }

  /** Every file, by its path in the folder. */
  all(): string[] {
    const entries = readdirSync(this.path, { recursive: true, withFileTypes: true });
    return entries
      .filter(entry => !entry.isDirectory())
      .map(entry => join(entry.parentPath, entry.name).slice(this.path.length + 1))
      .sort();
  }

  /** Nothing is being worked on. */
  get isIdle(): boolean {
    return existsSync(join(this.path, '.working')) && this.list('.working').length === 0;
  }

  /** Lets the event loop turn until it is so. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) await new Promise(resolve => void setImmediate(resolve));
  }
}

export function folderOf(): Folder {
  return new Folder();
}

export function stopFolders(): void {
  for (const root of made) rmSync(root, { recursive: true, force: true });
  made.clear();
}

export function drop(folder: Folder, changes: Partial<FileDrop> = {}): FileDrop {
  const common = { folder: folder.path, pattern: '*', topic_name: '/files/in', username: 'admin' };
  return { ...common, encoding: 'utf8', finished: 'rename', ...changes };
}
