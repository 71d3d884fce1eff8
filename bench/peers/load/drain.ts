import { Finish } from '../../load/finish.js';
import type { DrainJob, PreparedLoad } from '../../load/job.js';
import type { Target } from '../../load/socket.js';
import type { Wire, WireSubscriber } from '../wire/wire.js';
import { unlessStalled } from './stall.js';

export async function prepareDrain<T extends Target>(wire: Wire<T>, target: T, job: DrainJob): Promise<PreparedLoad> {
  const finish = new Finish();
  const subscriber: WireSubscriber = await wire.openSubscriber(target, {
    ...job,
    expected: job.messages,
    progressed: () => {
      if (subscriber.received === job.messages) finish.done();
    },
    failed: error => finish.fail(error),
  });
  const drained = async () => {
    await Promise.all([subscriber.subscribe(), finish.promise]);
  };
  return {
    run: () => unlessStalled(() => subscriber.received, drained()),
    check: () => subscriber.empty(),
    close: () => subscriber.close(),
  };
}
