import { Caller } from '../../load/caller.js';
import { held } from '../../load/held.js';
import type { PreparedLoad } from '../../load/job.js';
import { requestText } from '../../load/request.js';
import type { Target } from '../../load/socket.js';
import { patternOf } from '../names.js';
import type { HoldJob } from './job.js';

/** Requests in one array, half of what the broker allows by default. */
const batchRequests = 500;

/** All subscriptions are live once this resolves, and until the load is closed. */
export async function prepareHold(target: Target, job: HoldJob): Promise<PreparedLoad> {
  const callers = await Promise.all(Array.from({ length: job.sockets }, () => Caller.open(target)));
  let next = job.first;
  const subscribe = async (caller: Caller) => {
    while (next < job.first + job.count) {
      const from = next;
      next = Math.min(job.first + job.count, from + batchRequests);
      await caller.callAll(Array.from({ length: next - from }, (_, offset) => subscribeText(from + offset)));
    }
  };
  await Promise.all(callers.map(subscribe));
  return held(callers);
}

function subscribeText(index: number): string {
  return requestText(index, 'subscribe', { topic_name: patternOf(index), name: `held-${index}` });
}
