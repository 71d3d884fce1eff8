import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { SystemClock } from '../src/system-clock.js';

const test = suite('system clock');

const timers = () => process.getActiveResourcesInfo().filter(type => type === 'Timeout').length;

test('the time never goes back', () => {
  const clock = new SystemClock();
  let last = clock.nowMicros();
  for (let i = 0; i < 10_000; i += 1) {
    const now = clock.nowMicros();
    assert.ok(now >= last);
    last = now;
  }
});

test('what was asked for is called once, unless it is cancelled', async () => {
  const clock = new SystemClock();
  const calls: string[] = [];
  const { promise, resolve } = withResolvers();
  clock.after(1, () => calls.push('cancelled')).cancel();
  clock.after(1, () => {
    calls.push('called');
    resolve();
  });
  await promise;
  assert.equal(calls, ['called']);
});

test('a clock that is stopped holds no process that is about to end, also by what is asked of it later', () => {
  const before = timers();
  const clock = new SystemClock();
  clock.after(86_400_000, () => {});
  assert.is(timers(), before + 1);
  clock.stop();
  clock.after(86_400_000, () => {}).cancel();
  assert.is(timers(), before);
});

function withResolvers(): { promise: Promise<void>; resolve: () => void } {
  let resolve = () => {};
  const promise = new Promise<void>(give => {
    resolve = give;
  });
  return { promise, resolve };
}

test.run();
