import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  always,
  contains,
  intersect,
  never,
  type Stretch,
  unite,
} from '../../../src/broker/subscriptions/stretches.js';

const stretches = suite('stretches');
const last = 30;
const positions = Array.from({ length: last + 1 }, (_, position) => position);

const stretch: fc.Arbitrary<Stretch> = fc
  .tuple(fc.nat(last), fc.option(fc.nat(10), { nil: Infinity }))
  .map(([from, length]) => ({ from, to: from + length }));
const list = fc.array(stretch, { maxLength: 6 });

function isIn(stretches: readonly Stretch[], position: number): boolean {
  return stretches.some(({ from, to }) => position > from && position <= to);
}

function assertApart(stretches: readonly Stretch[]): void {
  for (const [index, { from, to }] of stretches.entries()) {
    assert.ok(from < to, 'a stretch is empty');
    const next = stretches[index + 1];
    if (next) assert.ok(to < next.from, 'two stretches touch');
  }
}

stretches('united hold what any of them holds, sorted and apart', () => {
  fc.assert(
    fc.property(list, all => {
      const united = unite(all);
      assertApart(united);
      for (const position of positions) assert.is(contains(united, position), isIn(all, position), `at ${position}`);
    }),
  );
});

stretches('intersected hold what both hold, sorted and apart', () => {
  fc.assert(
    fc.property(list, list, (wanted, permitted) => {
      const both = intersect(unite(wanted), unite(permitted));
      assertApart(both);
      for (const position of positions) {
        assert.is(contains(both, position), isIn(wanted, position) && isIn(permitted, position), `at ${position}`);
      }
    }),
  );
});

stretches('begin after `from` and end with `to`', () => {
  const one = [{ from: 3, to: 5 }];
  assert.equal(
    positions.filter(position => contains(one, position)),
    [4, 5],
  );
});

stretches('always and never are what they say', () => {
  assert.ok(contains(always, 1) && contains(always, Number.MAX_SAFE_INTEGER));
  assert.not(contains(never, 1));
});

stretches.run();
