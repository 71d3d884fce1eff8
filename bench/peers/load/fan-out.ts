import { Finish } from '../../load/finish.js';
import type { FanOutJob, PreparedLoad } from '../../load/job.js';
import type { Target } from '../../load/socket.js';
import type { Wire, WirePublisher, WireSubscriber } from '../wire/wire.js';
import { namePrefix } from './job.js';
import { unlessStalled } from './stall.js';

/** The slowest subscriber paces the publisher: a steady fan-out, and not a burst with a hundred drains after it. */
export async function prepareFanOut<T extends Target>(wire: Wire<T>, target: T, job: FanOutJob): Promise<PreparedLoad> {
  const finish = new Finish();
  const subscribers: WireSubscriber[] = [];
  const failed = (error: Error) => finish.fail(error);
  const slowest = () => subscribers.reduce((least, { received }) => Math.min(least, received), job.messages);
  const proceed = () => {
    const received = slowest();
    publisher.fill(Math.min(job.messages, received + job.window));
    if (received === job.messages && publisher.answeredCount === job.messages) finish.done();
  };
  const publisher: WirePublisher = await wire.openPublisher(target, { ...job, answered: proceed, failed });
  for (let index = 0; index < job.subscribers; index += 1) {
    const options = { ...job, name: `${namePrefix}${index}`, expected: job.messages };
    const subscriber = await wire.openSubscriber(target, { ...options, progressed: proceed, failed });
    await subscriber.subscribe();
    subscribers.push(subscriber);
  }
  return {
    run: () => {
      proceed();
      return unlessStalled(slowest, finish.promise);
    },
    check: async () => {
      for (const subscriber of subscribers) await subscriber.empty();
    },
    close: async () => {
      await Promise.all([publisher, ...subscribers].map(connection => connection.close()));
    },
  };
}
