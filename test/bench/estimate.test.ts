import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { secondsLeft } from '../../bench/estimate.js';

const estimate = suite('bench estimate');

estimate('guesses what was planned until it knows better', () => {
  const plan = { partSeconds: [30, 60], partsDone: 0, fraction: 0, elapsedSeconds: 0 };
  assert.is(secondsLeft(plan), 90);
});

estimate('takes what is to come to be as slow as what was', () => {
  const onTime = { partSeconds: [100, 100], partsDone: 1, fraction: 0, elapsedSeconds: 100 };
  assert.is(secondsLeft(onTime), 100);
  assert.is(Math.round(secondsLeft({ ...onTime, elapsedSeconds: 200 })), 191);
  assert.is(Math.round(secondsLeft({ ...onTime, fraction: 0.5, elapsedSeconds: 300 })), 97);
});

estimate('is never below nothing, and nothing when all is done', () => {
  const seconds = fc.integer({ min: 0, max: 1_000 });
  const parts = fc.array(fc.integer({ min: 1, max: 500 }), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(parts, seconds, fc.double({ min: 0, max: 1, noNaN: true }), (partSeconds, elapsedSeconds, fraction) => {
      for (let partsDone = 0; partsDone < partSeconds.length; partsDone += 1) {
        assert.ok(secondsLeft({ partSeconds, partsDone, fraction, elapsedSeconds }) >= 0);
      }
      assert.is(secondsLeft({ partSeconds, partsDone: partSeconds.length, fraction: 0, elapsedSeconds }), 0);
    }),
  );
});

estimate.run();
