import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { PositionCounter } from '../../src/store/positions.js';

const test = suite('position counter');

test('positions are dense between starts, and rise over crashes, clean ends and rolled back transactions', () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('draw' as const), count: fc.integer({ min: 0, max: 30 }), fails: fc.boolean() }),
    fc.record({ kind: fc.constantFrom('crash' as const, 'end' as const) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 50 }), fc.integer({ min: 0, max: 20 }), (steps, block) => {
      let onDisk = 0;
      let seen = 0;
      let counter = new PositionCounter(onDisk, block);
      for (const each of steps) {
        if (each.kind !== 'draw') {
          if (each.kind === 'end') onDisk = counter.last;
          counter = new PositionCounter(onDisk, block);
          assert.ok(counter.last >= seen);
          continue;
        }
        const { last, reserved } = counter;
        assert.is(counter.draw(each.count), last + 1);
        assert.is(counter.last, last + each.count);
        if (each.fails) counter.rollBack(last, reserved);
        else onDisk = counter.reserved;
        seen = counter.last;
        assert.ok(onDisk >= seen, 'a position was given out that is not covered by what is on disk');
      }
    }),
  );
});

test('the disk is written to once in a block', () => {
  const counter = new PositionCounter(0, 100);
  const reserved = new Set<number>();
  for (let round = 0; round < 1_000; round++) {
    counter.draw(1);
    reserved.add(counter.reserved);
  }
  assert.is(reserved.size, 10);
});

test.run();
