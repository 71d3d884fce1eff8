import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { PositionList } from '../../../src/store/memory/position-list.js';

const test = suite('list of positions');

const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ push: fc.integer({ min: 1, max: 40 }) }) },
  fc.record({ insert: fc.nat(300) }),
  fc.record({ remove: fc.uniqueArray(fc.nat(300), { maxLength: 20 }) }),
  fc.record({ removeHead: fc.nat(60) }),
);

function all(list: PositionList): number[] {
  return list.head(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY);
}

test('it holds what a sorted array holds, whatever comes and leaves', () => {
  const property = fc.property(fc.array(step, { maxLength: 40 }), fc.nat(300), (steps, position) => {
    const list = new PositionList();
    let plain: number[] = [];
    let last = 0;
    for (const one of steps) {
      if ('push' in one)
        for (let count = 0; count < one.push; count += 1) {
          last = Math.max(last, plain.at(-1) ?? 0) + 1 + (count % 3);
          list.push(last);
          plain.push(last);
        }
      else if ('insert' in one) {
        list.insert(one.insert);
        plain = [...new Set([...plain, one.insert])].sort((a, b) => a - b);
      } else {
        const gone = 'remove' in one ? one.remove.sort((a, b) => a - b) : plain.slice(0, one.removeHead);
        list.removeAll(gone);
        plain = plain.filter(each => !gone.includes(each));
      }
      assert.equal(all(list), plain);
    }
    assert.is(list.length, plain.length);
    assert.is(list.at(0), plain[0]);
    assert.is(list.at(plain.length), undefined);
    assert.is(list.indexAfter(position), plain.filter(each => each <= position).length);
    assert.equal(list.head(position, 5), plain.filter(each => each <= position).slice(0, 5));
  });
  fc.assert(property, { numRuns: 300 });
});

test.run();
