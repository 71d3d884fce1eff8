import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { packageRoot, readSources, type Source } from '../tidy/source.js';
import { anchorOf } from './sections.js';

const test = suite('docs: links');

/** Links within the repository that lead nowhere, as `path: target`. */
function linkFaults({ path, text }: Source): string[] {
  const prose = text
    .replaceAll(/^```[\s\S]*?^```$/gm, '')
    .replaceAll(/`[^`\n]*`/g, code => code.replaceAll('](', '] ('));
  const targets = [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(match => match[1]!);
  return targets
    .filter(target => !/^[a-z]+:/.test(target) && !leadsSomewhere(path, text, target))
    .map(t => `${path}: ${t}`);
}

function leadsSomewhere(path: string, text: string, target: string): boolean {
  const [file = '', anchor] = target.split('#');
  const whole = file === '' ? null : join(packageRoot, normalize(join(dirname(path), file)));
  if (whole !== null && !existsSync(whole)) return false;
  if (anchor === undefined) return true;
  if (whole !== null && statSync(whole).isDirectory()) return false;
  return anchorsOf(whole === null ? text : readFileSync(whole, 'utf8')).includes(anchor);
}

function anchorsOf(markdown: string): string[] {
  const prose = markdown.replaceAll(/^```[\s\S]*?^```$/gm, '');
  return [...prose.matchAll(/^#+ (.*)$/gm)].map(match => anchorOf(match[1]!));
}

const planted: [what: string, text: string][] = [
  ['a file that is not there', '[x](docs/GONE.md)'],
  ['a heading that is not there', '[x](docs/PROTOCOL.md#not-there)'],
  ['a heading of the page itself that is not there', '# There\n[x](#not-there)'],
  ['a picture that is not there', '![x\ny](docs/img/gone.svg)'],
];

for (const [what, text] of planted) {
  test(`finds ${what}`, () => assert.is(linkFaults({ path: 'README.md', text }).length, 1));
}

test('passes over addresses, code and what is there', () => {
  const text =
    '# Top\n[a](https://example.com/x) `[b](c)` [d](#top) [e](docs/PROTOCOL.md#words) [f](docs/)\n```md\n[g](h)\n```\n';
  assert.equal(linkFaults({ path: 'README.md', text }), []);
});

test('lead somewhere in every document', () => {
  assert.equal(readSources(['**/*.md']).flatMap(linkFaults), []);
});

test.run();
