import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Check, columnCheck, columnRatio, isMet, ratioCheck, type Side } from '../../bench/result.js';
import { formatChecks, formatWorkload } from '../../bench/table.js';

const fast: Side = {
  name: 'fast',
  rounds: [{ per_second: 200, cpu_us: 4 }, { per_second: 300, cpu_us: 6 }, { per_second: 100 }],
};
const slow: Side = { name: 'slow', rounds: [{ per_second: 100 }, { per_second: 100 }, { per_second: 100 }] };
const atLeast = (value: number): Check['target'] => ({ kind: 'at_least', value, unit: '/s' });

const result = suite('bench result');

result('judges the median, on the side of the bound that the target names', () => {
  const [check] = columnCheck(fast, 'per_second', 'rate', atLeast(200));
  assert.ok(isMet(check!));
  assert.not(isMet({ ...check!, target: atLeast(201) }));
  assert.ok(isMet({ ...check!, target: { kind: 'at_most', value: 200, unit: '/s' } }));
  assert.not(isMet({ ...check!, target: { kind: 'at_most', value: 199, unit: '/s' } }));
});

result('compares the sides round by round', () => {
  assert.equal(columnRatio([fast, slow], 'per_second'), { median: 2, min: 1, max: 3 });
});

result('has no figure and no check where one side measured nothing', () => {
  assert.is(columnRatio([fast, slow], 'cpu_us'), null);
  assert.is(columnRatio([fast], 'per_second'), null);
  assert.equal(columnCheck(slow, 'loop_p99_ms', 'loop', atLeast(1)), []);
  assert.equal(ratioCheck([fast, slow], 'cpu_us', 'CPU', atLeast(1)), []);
});

result('prints medians with their range, quotients, and marks what misses its target', () => {
  const text = formatWorkload({ workload: 'w', title: 'a load', sides: [fast, slow], checks: [] });
  assert.match(text, /^w: a load$/m);
  assert.match(text, /^fast +200 \(100–300\) +5\.00 \(4\.00–6\.00\)$/m);
  assert.match(text, /^÷ slow +2\.00 \(1\.00–3\.00\) +–$/m);
  const checks = [
    ...columnCheck(fast, 'per_second', 'hit', atLeast(1)),
    ...columnCheck(fast, 'per_second', 'miss', atLeast(1_000)),
  ];
  assert.match(formatChecks(checks), /^hit .*≥ 1 \/s +✓$/m);
  assert.match(formatChecks(checks), /^miss .*≥ 1,000 \/s +✗$/m);
});

result.run();
