import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Storm } from './seams/storm.js';

/** Where `hook-storm.test.ts` looks at hooks alone, here all features meet. `SEED=… RUNS=…` draw others. */
const test = suite('broker: where features meet');

const first = Number(process.env.SEED ?? 1);
const runs = Number(process.env.RUNS ?? 60);

let received = 0;

for (let seed = first; seed < first + runs; seed += 1) {
  test(`seed ${seed}: nothing is lost, nothing comes after its end was answered, and nothing stays behind`, async () => {
    const storm = await Storm.set(seed);
    await storm.rage();
    assert.equal(storm.tally.faults, []);
    assert.equal(await storm.left(), [0, 0]);
    assert.equal(storm.tally.missing, []);
    received += storm.tally.received;
  });
}

test('the storms are not so wild that nothing comes through', () => {
  assert.ok(received > runs * 8, `${received} messages in ${runs} storms`);
});

test.run();
