import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { shortNumber } from '../../../bench/plot/number.js';

const number = suite('plot: numbers');

number('are short, with a unit for thousands, millions and milliards', () => {
  const texts = [0, 0.25, 15, 999, 1_000, 1_500, 126_476, 5_000_000, 2e9].map(shortNumber);
  const plain = texts.map(text => text.replace('\u202f', ' '));
  assert.equal(plain, ['0', '0.25', '15', '999', '1 k', '1.5 k', '126 k', '5 M', '2 G']);
});

number('show three digits of a fraction, and no sums of binary ones', () => {
  assert.is(shortNumber(0.1 + 0.2), '0.3');
  assert.is(shortNumber(10.8449), '10.8');
});

number.run();
