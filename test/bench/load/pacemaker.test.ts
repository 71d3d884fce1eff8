import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { nowMs } from '../../../bench/load/now.js';
import { keepPace } from '../../../bench/load/pacemaker.js';
import { dueMs } from '../../../bench/load/schedule.js';

const pacemaker = suite('bench pacemaker');

pacemaker('tells each message as due, in their order, all of them, and none before its time', async () => {
  const schedule = { startMs: nowMs() + 5, perSecond: 2_000, messages: 100 };
  let told = 0;
  await keepPace(schedule, due => {
    assert.ok(due > told && due <= schedule.messages);
    assert.ok(nowMs() >= dueMs(schedule, due - 1));
    told = due;
  });
  assert.is(told, schedule.messages);
});

pacemaker('catches up at once if its start lies in the past', async () => {
  const calls: number[] = [];
  await keepPace({ startMs: nowMs() - 10_000, perSecond: 1_000, messages: 50 }, due => calls.push(due));
  assert.equal(calls, [50]);
});

pacemaker.run();
