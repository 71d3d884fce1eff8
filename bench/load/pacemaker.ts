import { Worker } from 'node:worker_threads';
import type { Schedule } from './schedule.js';

const workerFile = new URL('./pacemaker-worker.js', import.meta.url);

/** Calls `due` with how many messages are to have been sent by now, as each comes due. Resolves after the last. */
export function keepPace(schedule: Schedule, due: (messages: number) => void): Promise<void> {
  const worker = new Worker(workerFile, { workerData: schedule });
  worker.on('message', due);
  return new Promise((resolve, reject) => {
    worker.once('error', reject);
    worker.once('exit', () => resolve());
  });
}
