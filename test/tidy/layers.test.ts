import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { layerFaults, readImportTable } from './layers.js';
import { packageRoot, readSources, type Source } from './source.js';

const layers = suite('tidy: who may import whom');

const table = readImportTable(`
## Something else
| \`no/\` | \`part\` | – |

## Who may import whom
Some words.

| part | may import | from outside |
|---|---|---|
| \`low/\` | – | \`@a/b\` |
| \`high/\` | \`low/\`, \`mid/port.ts\` | \`node:*\` |
| \`mid/\` | \`low/\` | \`node:fs\` |
| \`main.ts\` | all | all |

## After
`);

const faultsOf = (path: string, ...lines: string[]) => {
  const others: Source[] = ['low/l', 'mid/port', 'high/h', 'main'].map(name => ({ path: `src/${name}.ts`, text: '' }));
  return layerFaults(table, [...others, { path, text: lines.join('\n') }]);
};

layers('reads the table under its heading', () => {
  assert.equal([...table.keys()], ['low/', 'high/', 'mid/', 'main.ts']);
  assert.equal(table.get('high/'), { parts: ['low/', 'mid/port.ts'], outside: ['node:*'] });
  assert.equal(table.get('low/')?.parts, []);
});

layers('permits what the table does', () => {
  assert.equal(faultsOf('src/low/x.ts', `import { l } from './l.js';`, `import b from '@a/b/c.js';`), []);
  assert.equal(
    faultsOf('src/high/x/y.ts', `import '../../mid/port.js';`, `import 'node:fs';`, `import '../h.js';`),
    [],
  );
  assert.equal(faultsOf('src/mid/x.ts', `import '../low/l.js';`, `import 'node:fs';`), []);
  assert.equal(faultsOf('src/main.ts', `import './high/h.js';`, `import 'ws';`), []);
});

const planted: [what: string, path: string, line: string, specifier: string][] = [
  ['an import of a higher part', 'src/low/x.ts', `import { h } from '../high/h.js';`, '../high/h.js'],
  ['a type import', 'src/low/x.ts', `import type { H } from '../high/h.js';`, '../high/h.js'],
  ['a re-export', 'src/low/x.ts', `export * from '../high/h.js';`, '../high/h.js'],
  ['a dynamic import', 'src/low/x.ts', `const h = await import('../high/h.js');`, '../high/h.js'],
  ['an import over several lines', 'src/low/x.ts', `import {\n  h,\n} from '../high/h.js';`, '../high/h.js'],
  ['a worker', 'src/low/x.ts', `new Worker(new URL('../high/h.js', import.meta.url));`, '../high/h.js'],
  ['another file than the one permitted', 'src/high/x.ts', `import '../mid/other.js';`, '../mid/other.js'],
  ['a file at the root', 'src/high/x.ts', `import '../main.js';`, '../main.js'],
  ['a package', 'src/high/x.ts', `import { WebSocket } from 'ws';`, 'ws'],
  ['a module of Node', 'src/mid/x.ts', `import net from 'node:net';`, 'node:net'],
];

for (const [what, path, line, specifier] of planted) {
  layers(`refuses ${what}`, () => {
    const faults = faultsOf(path, line);
    assert.is(faults.length, 1);
    assert.match(faults[0] ?? '', specifier);
  });
}

layers('passes over what only looks like an import', () => {
  assert.equal(faultsOf('src/low/x.ts', `// import '../high/h.js'`, `const s = "import '../high/h.js'";`), []);
});

layers('refuses a part without a row and a row without a part', () => {
  assert.equal(faultsOf('src/new/x.ts'), ['src/new/ has no row in the table']);
  assert.equal(layerFaults(readImportTable('## Who may import whom\n| `gone/` | – | – |'), []), [
    'the table has a row gone/, src/ has not',
  ]);
});

layers('hold in src/', () => {
  const markdown = readFileSync(join(packageRoot, 'docs/ARCHITECTURE.md'), 'utf8');
  assert.equal(layerFaults(readImportTable(markdown), readSources(['src/**/*.ts'])), []);
});

layers.run();
