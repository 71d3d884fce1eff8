import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { packageRoot } from '../tidy/source.js';

/** A small package in a folder of its own, with one of our scripts in it, to see what the script makes of it. */
export class PackageFolder {
  readonly path = mkdtempSync(join(tmpdir(), 'holdfast-package-'));

  constructor(script: string) {
    mkdirSync(join(this.path, 'scripts'));
    copyFileSync(join(packageRoot, script), join(this.path, script));
    symlinkSync(join(packageRoot, 'node_modules'), join(this.path, 'node_modules'));
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(join(this.path, path)), { recursive: true });
    writeFileSync(join(this.path, path), text);
  }

  remove(): void {
    rmSync(this.path, { recursive: true });
  }
}
