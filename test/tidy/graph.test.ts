import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { cyclesIn, unreachedIn } from './graph.js';
import { importGraph } from './imports.js';
import { packageRoot, readCode, readSources } from './source.js';

const graph = suite('tidy: cycles and dead files');

const planted = (imports: Record<string, string[]>) =>
  importGraph(
    Object.entries(imports).map(([path, specifiers]) => ({
      path,
      text: specifiers.map(specifier => `import type { X } from '${specifier}';`).join('\n'),
    })),
  );

graph('finds a cycle of two files, and of one', () => {
  assert.equal(cyclesIn(planted({ 'src/a.ts': ['./b/b.js'], 'src/b/b.ts': ['../a.js'] })), [
    ['src/a.ts', 'src/b/b.ts', 'src/a.ts'],
  ]);
  assert.equal(cyclesIn(planted({ 'src/a.ts': ['./a.js'] })), [['src/a.ts', 'src/a.ts']]);
});

graph('finds a cycle behind files that lie on none', () => {
  const found = cyclesIn(planted({ 'a.ts': ['./b.js'], 'b.ts': ['./c.js'], 'c.ts': ['./d.js'], 'd.ts': ['./b.js'] }));
  assert.equal(found, [['b.ts', 'c.ts', 'd.ts', 'b.ts']]);
});

graph('finds none where two ways lead to the same file', () => {
  assert.equal(
    cyclesIn(planted({ 'a.ts': ['./b.js', './c.js'], 'b.ts': ['./d.js'], 'c.ts': ['./d.js'], 'd.ts': [] })),
    [],
  );
});

graph('finds the files that no entry leads to, though they import each other', () => {
  const files = planted({ 'main.ts': ['./used.js'], 'used.ts': ['ws'], 'dead.ts': ['./deader.js'], 'deader.ts': [] });
  assert.equal(unreachedIn(files, ['main.ts']), ['dead.ts', 'deader.ts']);
});

graph('there is no cycle', () => {
  assert.equal(cyclesIn(importGraph(readCode())), []);
});

graph('every file in src/ is reached from an entry that knip.json names', () => {
  const { entry } = JSON.parse(readFileSync(join(packageRoot, 'knip.json'), 'utf8')) as { entry: string[] };
  const entries = readSources(entry.filter(path => path.startsWith('src/'))).map(source => source.path);
  assert.ok(entries.length > 0);
  assert.equal(unreachedIn(importGraph(readSources(['src/**/*.ts'])), entries), []);
});

graph.run();
