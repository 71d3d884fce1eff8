import { Caller } from './caller.js';
import { held } from './held.js';
import type { FillJob, IdleJob, LeaveJob, PreparedLoad } from './job.js';
import { publishText, requestText } from './request.js';
import type { Target } from './socket.js';

/** Requests in one array, half of what the broker allows by default. */
const batchRequests = 500;
/** Sockets that publish side by side, so that the server has work while an answer is on its way. */
const fillSockets = 4;
/** Handshakes under way at a time. */
const handshakes = 20;

/** Opens nothing in advance: what happens within `run` is not timed by anyone. */
function untimed(run: () => Promise<void>): PreparedLoad {
  return { run, check: async () => undefined, close: async () => undefined };
}

async function callInBatches(target: Target, sockets: number, total: number, text: (index: number) => string) {
  let next = 0;
  const work = async () => {
    const caller = await Caller.open(target);
    while (next < total) {
      const from = next;
      next = Math.min(total, from + batchRequests);
      await caller.callAll(Array.from({ length: next - from }, (_, offset) => text(from + offset)));
    }
    await caller.close();
  };
  await Promise.all(Array.from({ length: sockets }, work));
}

export function prepareFill(target: Target, job: FillJob): PreparedLoad {
  return untimed(() =>
    callInBatches(target, fillSockets, job.messages, index => publishText(index, job.topicName, job.dataBytes)),
  );
}

export function prepareLeave(target: Target, job: LeaveJob): PreparedLoad {
  return untimed(() =>
    callInBatches(target, 1, job.subscriptions, index =>
      requestText(index, 'subscribe', { topic_name: job.topicName, name: `${job.namePrefix}${index}` }),
    ),
  );
}

/** All sockets are open once this resolves, and closed once the load is closed. */
export async function prepareIdle(target: Target, job: IdleJob): Promise<PreparedLoad> {
  const callers: Caller[] = [];
  let next = 0;
  const work = async () => {
    while (next < job.sockets) {
      const name = `${job.namePrefix}${next}`;
      next += 1;
      const caller = await Caller.open(target);
      callers.push(caller);
      await caller.callAll([requestText(1, 'subscribe', { topic_name: job.topicName, name })]);
    }
  };
  await Promise.all(Array.from({ length: handshakes }, work));
  return held(callers);
}
