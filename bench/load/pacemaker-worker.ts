// Sleeps until the next message is due, says how many are, and sleeps again. Timers of Node are good to a millisecond
// at best; a thread that waits on memory nobody writes to wakes some 0.06 ms late, and costs next to nothing.
import { parentPort, workerData } from 'node:worker_threads';
import { nowMs } from './now.js';
import { dueBy, dueMs, type Schedule } from './schedule.js';

const schedule = workerData as Schedule;
const never = new Int32Array(new SharedArrayBuffer(4));
let told = 0;

while (told < schedule.messages) {
  const waitMs = dueMs(schedule, told) - nowMs();
  if (waitMs > 0) Atomics.wait(never, 0, 0, waitMs);
  const due = dueBy(schedule, nowMs());
  if (due > told) parentPort?.postMessage(due);
  told = due;
}
