import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Latencies, latencyFigures } from '../../../bench/load/latencies.js';

const schedule = { startMs: 100, perSecond: 1_000, messages: 4 };
const latencies = suite('bench latencies');

latencies('count from the time of the schedule, so that one stall shows in all that it held up', () => {
  const one = new Latencies(4);
  one.came(schedule, 1, 100.5);
  one.came(schedule, 3, 110);
  assert.equal([...one.ms], [0.5, 9, 8, 7]);
  assert.is(one.count, 4);
});

latencies('are taken together, without those that have not come', () => {
  const [one, other] = [new Latencies(4), new Latencies(4)];
  one.came(schedule, 1, 101);
  other.came(schedule, 2, 103);
  assert.equal(latencyFigures([one, other]), { p50_ms: 2, p99_ms: 3 });
});

latencies.run();
