import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Slots } from '../../../src/transport/webhook/slots.js';
import { ManualClock } from '../../sim/manual-clock.js';

const test = suite('webhook: slots');

/** Those who want one, by name; `woken` in the order in which they were. */
function stage(most: number, bytesMost?: number) {
  const clock = new ManualClock(0);
  const slots = new Slots(clock, most, bytesMost);
  const woken: string[] = [];
  const wakes = new Map<string, () => void>();
  const wake = (name: string) => {
    if (!wakes.has(name)) wakes.set(name, () => woken.push(name));
    return wakes.get(name)!;
  };
  return { clock, slots, woken, wake, asks: (name: string) => slots.admits(wake(name)) };
}

test('are given until there are no more', () => {
  const { slots, asks } = stage(2);
  assert.is(asks('a'), true);
  slots.take(10);
  assert.is(asks('b'), true);
  slots.take(10);
  assert.is(asks('c'), false);
  slots.leave(10);
  assert.is(asks('c'), true);
});

test('have a bound in bytes, beyond which one may go', () => {
  const { slots, asks } = stage(10, 100);
  slots.take(99);
  assert.is(asks('a'), true);
  slots.take(50);
  assert.is(asks('b'), false);
});

test('wake who waited, in their order and as many as there is room for', async () => {
  const { slots, clock, woken, asks } = stage(1);
  slots.take(1);
  for (const name of ['a', 'b', 'c']) asks(name);
  slots.leave(1);
  assert.equal(woken, ['a']);
  slots.take(1);
  await clock.quiet();
  assert.equal(woken, ['a']);
  slots.leave(1);
  assert.equal(woken, ['a', 'b']);
});

test('wake the next one if who was woken has nothing to send any more', async () => {
  const { slots, clock, woken, asks } = stage(1);
  slots.take(1);
  for (const name of ['a', 'b', 'c']) asks(name);
  slots.leave(1);
  await clock.quiet();
  assert.equal(woken, ['a', 'b', 'c']);
});

test('wake nobody who has gone, and nobody twice', async () => {
  const { slots, clock, woken, wake, asks } = stage(1);
  slots.take(1);
  for (const name of ['a', 'b', 'b']) asks(name);
  slots.forget(wake('a'));
  slots.leave(1);
  await clock.quiet();
  assert.equal(woken, ['b']);
});

test.run();
