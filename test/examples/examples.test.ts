import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { packageRoot } from '../../src/package-root.js';

const test = suite('examples');

const folder = new URL('examples/', packageRoot());
const names = readdirSync(folder).filter(name => name.endsWith('.ts'));
const msMax = 30_000;

/** What the last comment of an example says that it prints. */
function printsOf(source: string): string {
  const lines = source.slice(source.lastIndexOf('// Prints:\n')).trimEnd().split('\n').slice(1);
  return lines.map(line => line.replace(/^\/\/ /, '')).join('\n');
}

function run(file: string): Promise<{ code: number; out: string; err: string }> {
  return new Promise(resolve => {
    const child = execFile(process.execPath, [file], { timeout: msMax, env: {} }, (_, out, err) =>
      resolve({ code: child.exitCode ?? -1, out: out.trimEnd(), err }),
    );
  });
}

test('there are some', () => assert.ok(names.length >= 2));

for (const name of names) {
  test(`${name} ends well and prints what it says`, async () => {
    const compiled = fileURLToPath(new URL(`../../examples/${name.replace('.ts', '.js')}`, import.meta.url));
    const { code, out, err } = await run(compiled);
    assert.is(code, 0, err);
    assert.is(out, printsOf(readFileSync(new URL(name, folder), 'utf8')));
  });
}

test('an example that fails is noticed', async () => {
  assert.is.not((await run(fileURLToPath(new URL('no-such-example.js', import.meta.url)))).code, 0);
  assert.is(printsOf('code();\n\n// Prints:\n// a\n// // b\n'), 'a\n// b');
});

test.run();
