import { Finish } from './finish.js';
import type { PreparedLoad, PublishJob } from './job.js';
import { Publisher } from './publisher.js';
import type { Target } from './socket.js';

export async function preparePublish(target: Target, job: PublishJob): Promise<PreparedLoad> {
  const finish = new Finish();
  const publisher: Publisher = await Publisher.open(target, {
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
      return finish.promise;
    },
    check: async () => undefined,
    close: () => publisher.close(),
  };
}
