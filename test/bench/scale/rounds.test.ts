import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { measureLine, pooled } from '../../../bench/scale/rounds.js';

const rounds = suite('scale: rounds');

rounds('measure all sizes in turn, turn the order round each time, and leave the first round out', async () => {
  const calls: string[] = [];
  const sized = [1, 10].map(x => ({
    x,
    measure: async (round: number) => {
      calls.push(`${x} in ${round}`);
      return { per_second: x * 100 + round };
    },
  }));
  const line = await measureLine('publish', sized, 2);
  assert.equal(calls, ['1 in 0', '10 in 0', '10 in 1', '1 in 1', '1 in 2', '10 in 2']);
  assert.equal(line, {
    name: 'publish',
    points: [
      { x: 1, rounds: [{ per_second: 101 }, { per_second: 102 }] },
      { x: 10, rounds: [{ per_second: 1001 }, { per_second: 1002 }] },
    ],
  });
});

rounds('are pooled by adding work and time', () => {
  const round = { per_second: 100, cpu_us: 4, rss_mib: 80 };
  const slow = { per_second: 50, cpu_us: 6, rss_mib: 90 };
  const { per_second, cpu_us, rss_mib } = pooled([round, slow]);
  assert.ok(Math.abs(per_second! - 200 / 3) < 1e-9);
  assert.equal([cpu_us, rss_mib], [5, 90]);
});

rounds.run();
