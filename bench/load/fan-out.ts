import { Finish } from './finish.js';
import type { FanOutJob, PreparedLoad } from './job.js';
import { Publisher } from './publisher.js';
import type { Target } from './socket.js';
import { Subscriber } from './subscriber.js';

/**
 * The publisher is paced by the slowest subscriber, so that the load is a steady fan-out to subscribers who keep up
 * and not a burst of publishes with a hundred drains after it.
 */
export async function prepareFanOut(target: Target, job: FanOutJob): Promise<PreparedLoad> {
  const finish = new Finish();
  const subscribers: Subscriber[] = [];
  const failed = (error: Error) => finish.fail(error);
  const proceed = () => {
    const slowest = leastReceived(subscribers);
    publisher.fill(Math.min(job.messages, slowest + job.window));
    if (slowest === job.messages && publisher.answeredCount === job.messages) finish.done();
  };
  const publisher: Publisher = await Publisher.open(target, { ...job, answered: proceed, failed });
  for (let index = 0; index < job.subscribers; index += 1) {
    const name = `fan-out-${index}`;
    const options = { topicName: job.topicName, name, dataBytes: job.dataBytes, expected: job.messages };
    const subscriber = await Subscriber.open(target, { ...options, progressed: proceed, failed });
    const waiting = await subscriber.subscribe();
    if (waiting > 0) throw new Error(`${waiting} messages wait for "${name}" before the first publish`);
    subscribers.push(subscriber);
  }
  return {
    run: () => {
      proceed();
      return finish.promise;
    },
    check: async () => {
      for (const subscriber of subscribers) await subscriber.empty();
    },
    close: async () => {
      await Promise.all([publisher.close(), ...subscribers.map(subscriber => subscriber.close())]);
    },
  };
}

function leastReceived(subscribers: readonly Subscriber[]): number {
  let least = Number.POSITIVE_INFINITY;
  for (const subscriber of subscribers) {
    if (subscriber.received < least) least = subscriber.received;
  }
  return least;
}
