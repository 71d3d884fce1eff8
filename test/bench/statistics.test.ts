import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ratioSpread, spread } from '../../bench/statistics.js';

const statistics = suite('bench statistics');

statistics('takes the middle value whatever the order, and the mean of two middle ones', () => {
  assert.equal(spread([9, 1, 5]), { median: 5, min: 1, max: 9 });
  assert.equal(spread([100, 20, 3, 4]), { median: 12, min: 3, max: 100 });
  assert.equal(spread([7]), { median: 7, min: 7, max: 7 });
});

statistics('refuses to make figures out of nothing', () => {
  assert.throws(() => spread([]), /at least one/);
  assert.throws(() => ratioSpread([1, 2], [1]), /same rounds/);
});

statistics('divides round by round, so that a slow round of both sides does not show', () => {
  assert.equal(ratioSpread([80, 40, 160], [100, 50, 200]), { median: 0.8, min: 0.8, max: 0.8 });
});

statistics('has as many values below the median as above it', () => {
  const values = fc.array(fc.integer({ min: -1_000, max: 1_000 }), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(values, numbers => {
      const { median, min, max } = spread(numbers);
      assert.is(min, Math.min(...numbers));
      assert.is(max, Math.max(...numbers));
      assert.ok(numbers.filter(value => value < median).length <= numbers.length / 2);
      assert.ok(numbers.filter(value => value > median).length <= numbers.length / 2);
    }),
  );
});

statistics.run();
