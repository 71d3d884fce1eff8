import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { furtherWorkloads, standardNames, standardWorkloads } from '../../bench/registry.js';
import { packageRoot } from '../tidy/source.js';

const names = [...Object.keys(standardWorkloads), ...Object.keys(furtherWorkloads)];

/** Names that no row of a table in the page begins with. */
function undocumented(page: string): string[] {
  return names.filter(name => !new RegExp(`^\\| (?:\`[a-z0-9-]+\`, )*\`${name}\`[ ,]`, 'm').test(page));
}

const registry = suite('bench registry');

registry('has one name for one workload', () => {
  assert.is(new Set(names).size, names.length);
});

registry('leaves out when quick what tells nothing in a small size, and nothing else', () => {
  assert.equal(standardNames(false), Object.keys(standardWorkloads));
  assert.equal(
    standardNames(false).filter(name => !standardNames(true).includes(name)),
    ['publish-8', 'drain-large'],
  );
});

registry('is told of in docs/BENCH.md, every workload in a row of a table', () => {
  const page = readFileSync(join(packageRoot, 'docs/BENCH.md'), 'utf8');
  assert.equal(undocumented(page), []);
  assert.equal(undocumented(page.replaceAll('`latency`', 'latency')), ['latency']);
});

registry.run();
