import { Finish } from '../../load/finish.js';
import type { PreparedLoad, PublishJob } from '../../load/job.js';
import type { Target } from '../../load/socket.js';
import type { Wire, WirePublisher } from '../wire/wire.js';
import { unlessStalled } from './stall.js';

export async function preparePublish<T extends Target>(
  wire: Wire<T>,
  target: T,
  job: PublishJob,
): Promise<PreparedLoad> {
  const finish = new Finish();
  const publisher: WirePublisher = await wire.openPublisher(target, {
    ...job,
    answered: () => {
      publisher.fill(job.messages);
      if (publisher.answeredCount === job.messages) finish.done();
    },
    failed: error => finish.fail(error),
  });
  return {
    run: () => {
      publisher.fill(job.messages);
      return unlessStalled(() => publisher.answeredCount, finish.promise);
    },
    check: async () => undefined,
    close: () => publisher.close(),
  };
}
