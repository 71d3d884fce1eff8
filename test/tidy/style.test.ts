import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { runFaults } from './run-calls.js';
import { readCode } from './source.js';
import { linesMax, styleFaults } from './style.js';

const style = suite('tidy: style');

const faultsOf = (text: string, path = 'test/x.test.ts') => styleFaults({ path, text });

const planted: [what: string, text: string][] = [
  ['any as a type', 'let x: any;'],
  ['any in an argument of a type', 'let x: Map<string, any[]>;'],
  ['any in a cast', 'f(x as any);'],
  ['a directive that silences the compiler', '// @ts-ignore\nf(1);'],
  ['one for a whole file', '// @ts-nocheck'],
  ['work left for later', '/** Later.\n * TODO: more */'],
  ['faults left for later', 'f(); // FIXME'],
  ['a default export', 'export default class {}'],
  ['a default export by name', 'export { f as default };'],
  ['a test that shuts out the others', `t.only('x', () => {});`],
  ['a test that is left out', `t.skip('x', () => {});`],
  ['a file that is too long', `${'\n'.repeat(linesMax)}f();`],
];

for (const [what, text] of planted) {
  style(`refuses ${what}`, () => assert.is(faultsOf(text).length, 1));
}

style('passes over the same words in strings, names and other comments', () => {
  assert.equal(
    faultsOf(`const s = 'any TODO @ts-ignore t.only('; // any default export\nPromise.any([]); company();`),
    [],
  );
  assert.equal(faultsOf('export { default as x } from "y";'), []);
  assert.equal(faultsOf('this.#scan.skip(3);', 'src/x.ts'), []);
  assert.equal(faultsOf('f();\n'.repeat(linesMax)), []);
});

style('says where', () => {
  assert.equal(faultsOf('f();\n\nlet x: any;'), ['test/x.test.ts:3 any']);
});

style('holds in all code', () => {
  assert.equal(readCode().flatMap(styleFaults), []);
});

const suites = suite('tidy: run() calls');

const made = `import { suite } from 'uvu'; const t = suite('t');`;

suites('refuses a suite that is made and not run', () => {
  assert.is(runFaults([{ path: 'test/x.test.ts', text: made }]).length, 1);
  assert.is(runFaults([{ path: 'test/x.test.ts', text: `${made} const u = suite<C>('u'); u.run();` }]).length, 1);
  assert.is(runFaults([{ path: 'test/x.test.ts', text: `${made} // t.run();` }]).length, 1);
});

suites('refuses a test file that runs nothing', () => {
  assert.is(runFaults([{ path: 'test/x.test.ts', text: `import { f } from '../src/f.js'; f();` }]).length, 1);
});

suites('accepts a suite that is run, also by a file that is shared', () => {
  assert.equal(runFaults([{ path: 'test/x.test.ts', text: `${made} t.run();` }]), []);
  const shared = { path: 'test/shared.ts', text: `export function share() { ${made} t.run(); }` };
  const user = { path: 'test/x.test.ts', text: `import { share } from './shared.js'; share();` };
  assert.equal(runFaults([shared, user]), []);
});

suites('are in every test file', () => {
  assert.equal(runFaults(readCode().filter(({ path }) => path.startsWith('test/'))), []);
});

style.run();
suites.run();
