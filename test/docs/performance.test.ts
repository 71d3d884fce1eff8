import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readResults } from '../../bench/report/results.js';
import { fillSection, readSection } from '../../bench/report/section.js';
import { sectionsOf } from '../../bench/report/write.js';
import { curves } from '../../bench/scale/curves.js';
import { plotCurve, plotName } from '../../bench/scale/plot.js';
import { packageRoot } from '../tidy/source.js';

const page = readFileSync(join(packageRoot, 'docs/PERFORMANCE.md'), 'utf8');
const plots = join(packageRoot, 'docs/img');
const resultsFolder = join(packageRoot, 'bench/results');
const resultFiles = readdirSync(resultsFolder).sort();
const results = readResults(resultFiles.map(name => join(resultsFolder, name)));

const unit = /per second|\/s\b|µs|\bms\b|MiB|KiB|\bB\b|seconds|%/;

/** Columns of tables of a curve that do not say what their numbers are, as `section: column`. */
function unitless(markdown: string, name: string): string[] {
  const head = (readSection(markdown, `curve ${name}`) ?? '').split('\n').find(line => line.startsWith('|')) ?? '';
  const figures = head.split('|').slice(1, -1).slice(curveColumns(name));
  return figures.filter(title => !unit.test(title)).map(title => `${name}: ${title.trim()}`);
}

/** The size, and before it the line's name if there are several. */
function curveColumns(name: string): number {
  return (results.curves.get(name)?.curve.lines.length ?? 1) > 1 ? 2 : 1;
}

/** Sections that differ from what the results say. */
function stale(markdown: string): string[] {
  const written = [...sectionsOf(results, 'img')];
  return written.filter(([name, text]) => readSection(markdown, name) !== text.trim()).map(([name]) => name);
}

const performance = suite('docs: PERFORMANCE');

performance('has a section and a picture for every curve of the bench', () => {
  for (const name of Object.keys(curves)) {
    assert.match(readSection(page, `curve ${name}`) ?? '', `](img/${plotName({ name })})`);
    assert.ok(existsSync(join(plots, plotName({ name }))), name);
  }
});

performance('has no picture that nobody looks at', () => {
  const drawn = readdirSync(plots).filter(name => name.startsWith('perf-'));
  assert.equal(
    drawn.filter(name => !page.includes(`(img/${name})`)),
    [],
  );
});

performance('gives the unit of every figure of a curve', () => {
  assert.equal(
    Object.keys(curves).flatMap(name => unitless(page, name)),
    [],
  );
  const planted = fillSection(page, 'curve offline', '| subscriptions | publishes per second | cost |');
  assert.equal(unitless(planted, 'offline'), ['offline: cost']);
});

performance('says what was measured, and nothing else: run `npm run bench -- --report`', () => {
  assert.equal(stale(page), []);
  const [first] = results.curves.keys();
  assert.equal(stale(fillSection(page, `curve ${first}`, 'something nicer')), [`curve ${first}`]);
});

performance('shows the pictures of what was measured', () => {
  for (const { curve } of results.curves.values()) {
    assert.is(readFileSync(join(plots, plotName(curve)), 'utf8'), plotCurve(curve), curve.name);
  }
});

performance.run();
