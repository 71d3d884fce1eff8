import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { packageRoot } from '../tidy/source.js';
import { promiseFaults, type ReadText } from './promises.js';

const test = suite('GUARANTEES.md');
const guarantees = readFileSync(join(packageRoot, 'docs/GUARANTEES.md'), 'utf8');

const readText: ReadText = path => {
  const file = join(packageRoot, path);
  return existsSync(file) ? readFileSync(file, 'utf8') : null;
};

test('each promise names tests that exist and carry its number', () => {
  assert.equal(promiseFaults(guarantees, readText), []);
});

const planted: [what: string, markdown: string, fault: string][] = [
  [
    'a test that is gone',
    guarantees.replaceAll('test/e2e/takeover', 'test/e2e/takenover'),
    'test/e2e/takenover.test.ts',
  ],
  ['a promise that is gone', guarantees.replace('## 7. ', '## '), 'there is no promise 7'],
  ['a promise without a test', guarantees.replace(/(## 7\. [\s\S]*?)^Shown by /m, '$1See '), 'promise 7 names no test'],
  [
    'a test that has nothing to do with its promise',
    guarantees.replace(/(## 7\. [\s\S]*?)^Shown by /m, '$1Shown by `test/protocol/time.test.ts`, '),
    'test/protocol/time.test.ts has no title with (7)',
  ],
];

for (const [what, markdown, fault] of planted) {
  test(`finds ${what}`, () => assert.match(promiseFaults(markdown, readText).join('\n'), fault));
}

test('reads lists and ranges of numbers in titles', () => {
  const faultsWith = (title: string) => promiseFaults(guarantees, path => readText(path) && `test('x ${title}')`);
  assert.equal(faultsWith('(1 to 9)'), []);
  assert.equal(faultsWith('(1, 2) and (3-5) and (6 and 7) and (invariants 8 to 9)'), []);
  assert.ok(faultsWith('(1 to 8)').length > 0);
});

test.run();
