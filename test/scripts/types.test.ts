import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { rootPath } from '../api/schema-files.js';

/** A copy of what the script reads and writes, so that a fault can be planted. */
function copy(): string {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-types-'));
  for (const path of ['scripts/types.mjs', 'schemas/api', 'src/protocol/api.gen.ts']) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    cpSync(rootPath(path), join(folder, path), { recursive: true });
  }
  symlinkSync(rootPath('node_modules'), join(folder, 'node_modules'));
  return folder;
}

function run(folder: string, ...args: string[]): { status: number | null; stderr: string } {
  return spawnSync(process.execPath, [join(folder, 'scripts/types.mjs'), ...args], { encoding: 'utf8' });
}

const test = suite('types from schemas');
let folder: string;

test.before.each(() => {
  folder = copy();
});

test.after.each(() => rmSync(folder, { recursive: true, force: true }));

test('the types in the repository are current', () => {
  const { status, stderr } = run(folder, '--check');
  assert.is(stderr, '');
  assert.is(status, 0);
});

test('a schema that was changed without them is found, and running the script mends it', () => {
  const path = join(folder, 'schemas/api/pull.json');
  writeFileSync(path, readFileSync(path, 'utf8').replaceAll('"max_messages"', '"message_count"'));

  const { status, stderr } = run(folder, '--check');
  assert.is(status, 1);
  assert.match(stderr, 'run `npm run types`');

  assert.is(run(folder).status, 0);
  assert.match(readFileSync(join(folder, 'src/protocol/api.gen.ts'), 'utf8'), 'message_count?: number;');
  assert.is(run(folder, '--check').status, 0);
});

test.run();
