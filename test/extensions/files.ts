import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A folder with files of an operator, made for a test. */
export class OperatorFiles {
  readonly folder = mkdtempSync(join(tmpdir(), 'holdfast-files-'));

  constructor(files: Record<string, string> = {}) {
    for (const [name, text] of Object.entries(files)) this.write(name, text);
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  write(name: string, text: string): void {
    mkdirSync(dirname(this.path(name)), { recursive: true });
    writeFileSync(this.path(name), text);
  }

  remove(name?: string): void {
    rmSync(name === undefined ? this.folder : this.path(name), { recursive: true, force: true });
  }
}
