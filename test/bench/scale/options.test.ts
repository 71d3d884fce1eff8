import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parseScaleOptions, type ScaleOptions } from '../../../bench/scale/options.js';
import { fullScale, quickScale, upTo } from '../../../bench/scale/sizes.js';

const known = ['offline', 'topics'];
const parse = (...args: string[]) => parseScaleOptions(args, known) as ScaleOptions;

const options = suite('scale: options');

options('measure all curves unless some are named', () => {
  assert.equal(parse().curves, known);
  assert.equal(parse('topics').curves, ['topics']);
});

options('measure three rounds, and one with --quick, unless told otherwise', () => {
  assert.equal([parse().rounds, parse('--quick').rounds, parse('--quick', '--rounds', '4').rounds], [3, 1, 4]);
});

options('refuse what makes no sense', () => {
  assert.throws(() => parse('offlin'), /no curve "offlin", only offline, topics/);
  assert.throws(() => parse('--rounds', '0'), /whole number/);
  assert.throws(() => parse('--upto', 'x'), /--upto/);
});

options('leave out sizes above a bound', () => {
  assert.equal(upTo(fullScale, 1_000).offlineSubscriptions, [0, 1, 1_000]);
  assert.equal(upTo(fullScale, parse().upto), fullScale);
});

options('have sizes that rise from the one that the others are compared with', () => {
  for (const sizes of [fullScale, quickScale]) {
    for (const list of Object.values(sizes).filter(Array.isArray) as number[][]) {
      assert.equal(
        list,
        [...list].sort((a, b) => a - b),
      );
    }
  }
});

options.run();
