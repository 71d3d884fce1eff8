import { Finish } from './finish.js';
import type { DrainJob, PreparedLoad } from './job.js';
import type { Target } from './socket.js';
import { Subscriber } from './subscriber.js';

export async function prepareDrain(target: Target, job: DrainJob): Promise<PreparedLoad> {
  const finish = new Finish();
  const subscriber: Subscriber = await Subscriber.open(target, {
    ...job,
    expected: job.messages,
    progressed: () => {
      if (subscriber.received === job.messages) finish.done();
    },
    failed: error => finish.fail(error),
  });
  const attach = async () => {
    const waiting = await subscriber.subscribe();
    if (waiting !== job.messages) throw new Error(`${waiting} messages wait instead of ${job.messages}`);
  };
  return {
    run: async () => {
      await Promise.all([attach(), finish.promise]);
    },
    check: () => subscriber.empty(),
    close: () => subscriber.close(),
  };
}
