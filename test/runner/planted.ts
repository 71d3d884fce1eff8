import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const nodeModules = join(here, '../../../node_modules');

/** A folder of test files that are written by a test, to see what the runner makes of them. */
export class PlantedFolder {
  readonly path = mkdtempSync(join(tmpdir(), 'holdfast-runner-'));

  constructor() {
    writeFileSync(join(this.path, 'package.json'), '{"type":"module"}');
    symlinkSync(nodeModules, join(this.path, 'node_modules'));
  }

  /** Writes a file, with uvu at hand as `suite` and `assert`, and answers its path. */
  plant(name: string, body: string, top = ''): string {
    const path = join(this.path, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `${top}import { suite } from 'uvu';\nimport * as assert from 'uvu/assert';\n${body}\n`);
    return path;
  }

  remove(): void {
    rmSync(this.path, { recursive: true });
  }
}
