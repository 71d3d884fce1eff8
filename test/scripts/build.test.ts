import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { PackageFolder } from './package-folder.js';

const build = suite('scripts: build');
let folder: PackageFolder;

build.before.each(() => {
  folder = new PackageFolder('scripts/build.mjs');
  folder.write('package.json', '{"type":"module"}');
  folder.write('tsconfig.json', '{"compilerOptions":{"rootDir":".","outDir":"build","types":[]},"include":["src"]}');
  folder.write('src/a.ts', 'export const a = 1;\n');
  folder.write('src/b.ts', 'export const b = 1;\n');
});
build.after.each(() => folder.remove());

const at = (path: string) => join(folder.path, path);
const run = () => spawnSync(process.execPath, [at('scripts/build.mjs')]).status;

build('compiles once, and does nothing while nothing changes', () => {
  assert.is(run(), 0);
  assert.ok(existsSync(at('build/src/a.js')));
  // A compilation starts with an empty folder, so this mark goes with the next one.
  folder.write('build/mark', '');
  assert.is(run(), 0);
  assert.ok(existsSync(at('build/mark')));
  folder.write('src/c.ts', 'export const c = 1;\n');
  assert.is(run(), 0);
  assert.not(existsSync(at('build/mark')));
});

build('compiles again what was changed, though its time is older than the build', () => {
  run();
  folder.write('src/new.ts', 'export const a = 2;\n');
  renameSync(at('src/new.ts'), at('src/a.ts'));
  assert.is(run(), 0);
  assert.match(readFileSync(at('build/src/a.js'), 'utf8'), 'a = 2');
});

build('leaves nothing of a source that was deleted', () => {
  run();
  rmSync(at('src/b.ts'));
  assert.is(run(), 0);
  assert.not(existsSync(at('build/src/b.js')));
  assert.ok(existsSync(at('build/src/a.js')));
});

build('fails on an error of types, and again the next time', () => {
  folder.write('src/a.ts', 'export const a: string = 1;\n');
  assert.is.not(run(), 0);
  assert.is.not(run(), 0);
});

build.run();
