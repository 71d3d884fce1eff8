import { Finish } from './finish.js';
import type { PreparedLoad, PublishJob } from './job.js';
import { Publisher } from './publisher.js';
import type { Target } from './socket.js';

/** Connections share the messages as they come: whoever has answers first publishes more of what is left. */
export async function preparePublish(target: Target, job: PublishJob): Promise<PreparedLoad> {
  const { connections = 1 } = job;
  const finish = new Finish();
  const publishers: Publisher[] = [];
  const sum = (count: (publisher: Publisher) => number) => publishers.reduce((total, each) => total + count(each), 0);
  const fill = (publisher: Publisher) => {
    const left = job.messages - sum(({ sent }) => sent);
    publisher.fill(publisher.sent + left);
  };
  for (let index = 0; index < connections; index += 1) {
    const publisher: Publisher = await Publisher.open(target, {
      ...job,
      window: job.window / connections,
      answered: () => {
        fill(publisher);
        if (sum(({ answeredCount }) => answeredCount) === job.messages) finish.done();
      },
      failed: error => finish.fail(error),
    });
    publishers.push(publisher);
  }
  return {
    run: () => {
      for (const publisher of publishers) fill(publisher);
      return finish.promise;
    },
    check: async () => undefined,
    close: async () => {
      await Promise.all(publishers.map(publisher => publisher.close()));
    },
  };
}
