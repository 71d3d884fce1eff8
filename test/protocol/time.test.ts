import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { isoMicros, microsOf } from '../../src/protocol/time.js';

const test = suite('time');
const lastMicros = 253_402_300_800_000_000 - 32;

/** The same by whole numbers of any size. */
function exactly(micros: number): string {
  const whole = BigInt(micros);
  const seconds = new Date(Number(whole / 1_000_000n) * 1_000).toISOString().slice(0, 19);
  return `${seconds}.${String(whole % 1_000_000n).padStart(6, '0')}Z`;
}

test('tells microseconds in UTC', () => {
  assert.is(isoMicros(0), '1970-01-01T00:00:00.000000Z');
  assert.is(isoMicros(1_795_283_808_123_456), '2026-11-21T17:56:48.123456Z');
  assert.is(isoMicros(951_782_400_000_007), '2000-02-29T00:00:00.000007Z');
});

/** Whether it is exact from 1970 to 9999, near whole seconds above all. */
function isExact(subject: (micros: number) => string): fc.IProperty<[number]> {
  const anyTime = fc.double({ min: 0, max: lastMicros, noNaN: true }).map(Math.floor);
  const nearSecond = fc
    .tuple(fc.integer({ min: 1, max: 253_402_300_799 }), fc.integer({ min: -40, max: 40 }))
    .map(([second, off]) => second * 1_000_000 + off);
  return fc.property(fc.oneof(anyTime, nearSecond, fc.maxSafeNat()), micros => {
    assert.is(subject(micros), exactly(micros));
  });
}

test('is exact for all years from 1970 to 9999', () => {
  fc.assert(isExact(isoMicros), { numRuns: 20_000 });
  assert.is(isoMicros(lastMicros), '9999-12-31T23:59:59.999968Z');
});

test('would be caught if it rounded where doubles are coarse', () => {
  const rounding = (micros: number) => {
    const seconds = micros / 1e6;
    const rest = Math.round((seconds % 1) * 1e6);
    return `${new Date(seconds * 1e3).toISOString().slice(0, 19)}.${String(rest).padStart(6, '0')}Z`;
  };
  assert.ok(fc.check(isExact(rounding), { numRuns: 20_000 }).failed);
});

test('keeps apart seconds that share a place in its memory, in any order', () => {
  const seconds = [0, 16, 32, 0, 1, 17, 16, 1_795_283_808, 1_795_283_824, 1_795_283_808];
  for (const second of seconds) assert.is(isoMicros(second * 1e6 + 5), exactly(second * 1e6 + 5));
});

test('goes down to the microsecond begun', () => {
  assert.is(isoMicros(1.9), '1970-01-01T00:00:00.000001Z');
});

test('refuses what is no time of these years', () => {
  for (const micros of [-1, -0.5, 253_402_300_800_000_000, Number.NaN, Number.POSITIVE_INFINITY]) {
    assert.throws(() => isoMicros(micros), RangeError);
  }
});

test('a time is read as it is written, with any offset, to the microsecond', () => {
  for (const micros of [0, 1, 1_795_283_808_123_456]) assert.is(microsOf(isoMicros(micros)), micros);
  assert.is(microsOf('2026-11-21T18:56:48.1+01:00'), microsOf('2026-11-21T17:56:48.100000Z'));
  assert.is(microsOf('2026-11-21T17:56:48.1234569Z') % 1_000_000, 123_456);
  for (const none of ['', 'soon', '2026-11-21', '2026-11-21T23:59:60Z']) assert.ok(Number.isNaN(microsOf(none)), none);
});

test.run();
