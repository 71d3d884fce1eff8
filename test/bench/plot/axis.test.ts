import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { costAxis, sizeAxis } from '../../../bench/plot/axis.js';

const sizes = suite('plot: the axis of sizes');

sizes('has a tick for every size, each once, in their order', () => {
  assert.equal(sizeAxis([1, 9, 3, 9, 1]).ticks, [1, 3, 9]);
});

sizes('has decades at equal distances, and zero before them', () => {
  const axis = sizeAxis([0, 1, 10, 100]);
  assert.is(axis.at(0), 0);
  assert.is(axis.at(100), 1);
  const [one, ten] = [axis.at(1), axis.at(10)];
  assert.ok(one > 0);
  assert.ok(Math.abs(axis.at(100) - ten - (ten - one)) < 1e-9);
});

sizes('is linear where nothing lies decades apart', () => {
  const axis = sizeAxis([0, 1_000, 2_000, 5_000, 10_000]);
  assert.equal([0, 1_000, 5_000, 10_000].map(axis.at), [0, 0.1, 0.5, 1]);
});

sizes('keeps the order of sizes, from 0 to 1', () => {
  const list = fc.uniqueArray(fc.integer({ min: 0, max: 10_000_000 }), { minLength: 2, maxLength: 8 });
  fc.assert(
    fc.property(list, values => {
      const { ticks, at } = sizeAxis(values);
      const places = ticks.map(at);
      assert.equal([places[0], places.at(-1)], [0, 1]);
      for (const [index, place] of places.entries()) if (index > 0) assert.ok(place > places[index - 1]!);
    }),
  );
});

sizes('can hold one size', () => {
  assert.is(sizeAxis([5]).at(5), 0);
});

const costs = suite('plot: the axis of costs');

costs('starts at zero and ends at a round number', () => {
  const axis = costAxis([110_000, 126_000]);
  assert.equal(axis.ticks, [0, 50_000, 100_000, 150_000]);
  assert.is(axis.at(0), 0);
  assert.is(axis.at(150_000), 1);
});

costs('has decades where some values could not be seen otherwise', () => {
  const axis = costAxis([3, 900]);
  assert.equal(axis.ticks, [1, 10, 100, 1_000]);
  assert.is(axis.at(1), 0);
  assert.is(axis.at(1_000), 1);
});

costs('has room for all values', () => {
  const list = fc.array(fc.double({ min: 0.01, max: 1e9, noNaN: true }), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(list, values => {
      const axis = costAxis(values);
      for (const value of values) assert.ok(axis.at(value) >= 0 && axis.at(value) <= 1 + 1e-9);
      assert.ok(axis.ticks.length <= 14);
    }),
  );
});

sizes.run();
costs.run();
