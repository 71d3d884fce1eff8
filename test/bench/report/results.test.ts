import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Machine } from '../../../bench/machine.js';
import { report } from '../../../bench/report/main.js';
import { markdownTable, targetsMarkdown } from '../../../bench/report/markdown.js';
import { mergeResults, readResults } from '../../../bench/report/results.js';
import { sectionsOf } from '../../../bench/report/write.js';
import type { WorkloadResult } from '../../../bench/result.js';
import type { Curve } from '../../../bench/scale/curve.js';

const machine: Machine = { node: 'v1', cpu: 'a CPU', cores: 2, loadBefore: 0, storesInMemory: false };
const target = { kind: 'at_least', value: 100, unit: '/s' } as const;

function workload(name: string, rate: number): WorkloadResult {
  const value = { median: rate, min: rate, max: rate };
  return {
    workload: name,
    title: `a load of ${name}`,
    sides: [{ name: 'holdfast', rounds: [{ per_second: rate }] }],
    checks: [{ figure: name, value, digits: 0, target }],
  };
}

function curve(name: string, rate: number): Curve {
  const figures = [{ column: 'per_second', title: 'publishes per second', digits: 0 } as const];
  const lines = [{ name: 'publish', points: [{ x: 1, rounds: [{ per_second: rate }] }] }];
  return { name, title: 'Many', grows: 'things', load: 'A load.', figures, lines };
}

const results = suite('report: results');

results('of several files are one, the last one winning', () => {
  const merged = mergeResults([
    { machine, rounds: 3, curves: [curve('a', 1), curve('b', 2)] },
    { machine, rounds: 5, curves: [curve('b', 3)] },
    { machine, options: { rounds: 7 }, results: [workload('drain', 4)] },
  ]);
  assert.equal(
    [...merged.curves].map(([name, { rounds }]) => [name, rounds]),
    [
      ['a', 3],
      ['b', 5],
    ],
  );
  assert.is(merged.workloads.get('drain')?.rounds, 7);
});

results('become a section for each curve, with its picture, its load and its table', () => {
  const text = sectionsOf(mergeResults([{ machine, rounds: 3, curves: [curve('a', 12)] }]), 'img').get('curve a')!;
  assert.match(text, '![Many, by things](img/perf-a.svg)');
  assert.match(text, '| things | publishes per second |\n|---|---:|\n| 1 | 12 |');
  assert.match(text, 'Medians of 3 rounds');
});

results('say of each target whether it is met', () => {
  const checks = [workload('fast', 100), workload('slow', 99)].flatMap(({ checks }) => checks);
  const text = targetsMarkdown(checks);
  assert.match(text, '| fast | 100 | ≥ 100 /s | met |');
  assert.match(text, '| slow | 99 | ≥ 100 /s | **not met** |');
});

results('keep a bar within its cell', () => {
  assert.match(markdownTable([['a|b'], ['c']]), '| a\\|b |');
});

results('are written into a page and pictures by --report', () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-report-'));
  const [json, page] = [join(folder, 'r.json'), join(folder, 'PAGE.md')];
  writeFileSync(json, JSON.stringify({ machine, rounds: 1, curves: [curve('a', 12)] }));
  writeFileSync(page, 'x\n<!-- measured: curve a -->\n<!-- end: curve a -->\ny\n');
  assert.is(report([json, '--plots', join(folder, 'img'), '--markdown', page]), 0);
  assert.match(readFileSync(page, 'utf8'), '(img/perf-a.svg)');
  assert.match(readFileSync(join(folder, 'img', 'perf-a.svg'), 'utf8'), '<svg');
  rmSync(folder, { recursive: true });
});

results('are refused if they are none, or if nothing is to be made of them', () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-report-'));
  const [json, other] = [join(folder, 'r.json'), join(folder, 'package.json')];
  writeFileSync(json, JSON.stringify({ machine, rounds: 1, curves: [] }));
  writeFileSync(other, '{}');
  assert.throws(() => readResults([json, other]), /package\.json was not written with --json/);
  assert.equal([report([json]), report([other, '--plots', folder]), report([json, '--plots', folder])], [2, 2, 0]);
  rmSync(folder, { recursive: true });
});

results.run();
