import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { dueBy, dueMs } from '../../../bench/load/schedule.js';

const schedule = suite('bench schedule');

schedule('spreads messages evenly from the start on, and ends with the last', () => {
  const plan = { startMs: 1_000, perSecond: 200, messages: 3 };
  assert.is(dueBy(plan, 999.9), 0);
  assert.is(dueBy(plan, 1_000), 1);
  assert.is(dueBy(plan, 1_004.9), 1);
  assert.is(dueBy(plan, 1_005), 2);
  assert.is(dueBy(plan, 1_010), 3);
  assert.is(dueBy(plan, 9_999), 3);
});

schedule('has a message due exactly from its own time on, at any rate and any moment', () => {
  const startMs = fc.double({ min: 0, max: 1e9, noNaN: true });
  const perSecond = fc.integer({ min: 1, max: 1_000_000 });
  const index = fc.integer({ min: 0, max: 10_000 });
  fc.assert(
    fc.property(startMs, perSecond, index, (start, rate, at) => {
      const plan = { startMs: start, perSecond: rate, messages: 10_001 };
      const due = dueBy(plan, dueMs(plan, at));
      assert.ok(due > at, 'it is due at its time');
      assert.ok(dueMs(plan, due - 1) <= dueMs(plan, at), 'none is due before its time');
    }),
  );
});

schedule.run();
