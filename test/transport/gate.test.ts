import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Gate } from '../../src/transport/gate.js';

const test = suite('transport: gate');

async function turn(): Promise<void> {
  await new Promise(setImmediate);
}

test('lets so many through in each turn, in their order', async () => {
  const passed: number[] = [];
  const gate = new Gate<number>(2, item => passed.push(item));
  for (const item of [1, 2, 3, 4, 5]) gate.add(item);
  assert.equal(passed, []);
  await turn();
  assert.equal(passed, [1, 2]);
  await turn();
  assert.equal(passed, [1, 2, 3, 4]);
  await turn();
  assert.equal(passed, [1, 2, 3, 4, 5]);
});

test('a newcomer comes after those who wait, and is let through when they are', async () => {
  const passed: number[] = [];
  const gate = new Gate<number>(1, item => passed.push(item));
  gate.add(1);
  gate.add(2);
  await turn();
  gate.add(3);
  await turn();
  assert.equal(passed, [1, 2]);
  await turn();
  gate.add(4);
  await turn();
  assert.equal(passed, [1, 2, 3, 4]);
});

test('what passes may add more, within the bound of each turn', async () => {
  const passed: number[] = [];
  const gate: Gate<number> = new Gate<number>(1, item => {
    passed.push(item);
    if (item < 5) gate.add(item + 1);
  });
  gate.add(1);
  for (const count of [1, 2, 3, 4, 5, 5]) {
    await turn();
    assert.is(passed.length, count);
  }
});

test.run();
