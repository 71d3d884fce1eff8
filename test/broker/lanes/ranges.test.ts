import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Ranges } from '../../../src/broker/lanes/ranges.js';

const ranges = suite('ranges');
const last = 40;
const positions = Array.from({ length: last + 1 }, (_, position) => position);

const step = fc.oneof(
  fc.record({ kind: fc.constant('add' as const), from: fc.nat(last), more: fc.nat(6) }),
  fc.record({ kind: fc.constant('drop' as const), to: fc.nat(last) }),
);

/** Does the same to ranges and to a plain set. */
function play(steps: (typeof step extends fc.Arbitrary<infer Step> ? Step : never)[]): [Ranges, Set<number>] {
  const ranges = new Ranges();
  const plain = new Set<number>();
  for (const one of steps) {
    if (one.kind === 'add') {
      const to = Math.min(one.from + one.more, last);
      ranges.add(one.from, to);
      for (let position = one.from; position <= to; position += 1) plain.add(position);
    } else {
      ranges.dropUpTo(one.to);
      for (const position of [...plain]) if (position <= one.to) plain.delete(position);
    }
  }
  return [ranges, plain];
}

ranges('has what a plain set has', () => {
  fc.assert(
    fc.property(fc.array(step), steps => {
      const [ranges, plain] = play(steps);
      for (const position of positions) assert.is(ranges.has(position), plain.has(position), `at ${position}`);
    }),
  );
});

ranges('(6) are as few as can be: neighbours become one', () => {
  fc.assert(
    fc.property(fc.array(step), steps => {
      const [ranges, plain] = play(steps);
      const begins = [...plain].filter(position => !plain.has(position - 1));
      assert.is(ranges.size, begins.length);
    }),
  );
});

ranges('gaps are what a stretch has and the ranges have not', () => {
  fc.assert(
    fc.property(fc.array(step), fc.nat(last), fc.nat(last), (steps, from, to) => {
      const [ranges, plain] = play(steps);
      const inGaps = ranges.gaps(from, to).flatMap(([after, upto]) => positions.filter(p => p > after && p <= upto));
      assert.equal(
        inGaps,
        positions.filter(p => p > from && p <= to && !plain.has(p)),
      );
    }),
  );
});

ranges('after a position are told, and forgotten', () => {
  fc.assert(
    fc.property(fc.array(step), fc.nat(40), (steps, position) => {
      const [ranges, plain] = play(steps);
      const after = ranges.after(position).flatMap(([from, to]) => positions.filter(p => p > from && p <= to));
      assert.equal(
        after,
        positions.filter(p => p > position && plain.has(p)),
      );
      ranges.dropAfter(position);
      for (const p of positions) assert.is(ranges.has(p), p <= position && plain.has(p));
    }),
  );
});

ranges('come back from JSON as they were', () => {
  fc.assert(
    fc.property(fc.array(step), steps => {
      const [ranges, plain] = play(steps);
      const again = new Ranges(JSON.parse(JSON.stringify(ranges)) as number[]);
      for (const position of positions) assert.is(again.has(position), plain.has(position));
    }),
  );
});

ranges.run();
