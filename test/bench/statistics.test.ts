import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { percentiles, ratioSpread, spread } from '../../bench/statistics.js';

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

statistics('has percentiles that are values themselves, with no more than the rest above each', () => {
  assert.equal(percentiles(Float64Array.from([4, 1, 3, 2]), [50, 75, 99, 100]), [2, 3, 4, 4]);
  assert.equal(percentiles(Float64Array.of(7), [0, 50, 99]), [7, 7, 7]);
  assert.throws(() => percentiles(new Float64Array(0), [50]), /at least one/);
  const values = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 300 });
  fc.assert(
    fc.property(values, fc.integer({ min: 1, max: 100 }), (numbers, rank) => {
      const [value] = percentiles(Float64Array.from(numbers), [rank]);
      assert.ok(numbers.includes(value!));
      assert.ok(numbers.filter(number => number > value!).length <= numbers.length * (1 - rank / 100) + 1e-9);
      assert.ok(numbers.filter(number => number < value!).length < numbers.length * (rank / 100) + 1e-9);
    }),
  );
});

statistics.run();
