import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { UptimeClock } from '../../../src/broker/subscriptions/uptime-clock.js';

const test = suite('broker: uptime clock');

test('goes on where the last one ended, and neither back nor by leaps when the clock is set', () => {
  let now = 1_000_000;
  const uptime = new UptimeClock({ nowMs: () => now } as never, 500);
  now += 1_000;
  assert.is(uptime.ms, 500);
  assert.is(uptime.look(), 1_500);
  now -= 100_000;
  assert.is(uptime.look(), 1_500);
  now += 3_600_000;
  assert.is(uptime.look(), 61_500);
  now += 1_000;
  assert.is(uptime.look(), 62_500);
});

test.run();
