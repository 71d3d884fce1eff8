import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parseOptions } from '../../bench/options.js';

const workloads = ['publish', 'drain'];
const options = suite('bench options');

options('runs everything three times unless told otherwise, and once when quick', () => {
  const all = parseOptions([], workloads);
  assert.ok(all !== 'help' && all.rounds === 3 && all.only.length === 0 && !all.quick);
  const quick = parseOptions(['--quick'], workloads);
  assert.ok(quick !== 'help' && quick.rounds === 1 && quick.quick);
  const chosen = parseOptions(['--quick', '--rounds', '5', '--only', 'drain'], workloads);
  assert.ok(chosen !== 'help' && chosen.rounds === 5 && chosen.only.includes('drain'));
});

options('refuses rounds that are no number, workloads that do not exist and flags it does not know', () => {
  assert.throws(() => parseOptions(['--rounds', '0'], workloads), /whole number/);
  assert.throws(() => parseOptions(['--rounds', 'many'], workloads), /whole number/);
  assert.throws(() => parseOptions(['--only', 'publsh'], workloads), /only publish, drain/);
  assert.throws(() => parseOptions(['--fast'], workloads), /--fast/);
});

options.run();
