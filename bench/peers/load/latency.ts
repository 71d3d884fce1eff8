import { Finish } from '../../load/finish.js';
import type { PreparedLoad } from '../../load/job.js';
import { Latencies, latencyFigures } from '../../load/latencies.js';
import { nowMs } from '../../load/now.js';
import { keepPace } from '../../load/pacemaker.js';
import type { Schedule } from '../../load/schedule.js';
import type { Target } from '../../load/socket.js';
import type { Wire, WireSubscriber } from '../wire/wire.js';
import { type LatencyJob, namePrefix } from './job.js';
import { unlessStalled } from './stall.js';

/** Until the first message, so that the thread that keeps the pace has started. */
const startDelayMs = 50;

/** One clock tells when each message was to be sent and when it came: publisher and subscribers share a process. */
export async function prepareLatency<T extends Target>(
  wire: Wire<T>,
  target: T,
  job: LatencyJob,
): Promise<PreparedLoad> {
  const { topicName, dataBytes, messages, perSecond } = job;
  const finish = new Finish();
  const failed = (error: Error) => finish.fail(error);
  const all = Array.from({ length: job.subscribers }, () => new Latencies(messages));
  const lateness = new Latencies(messages);
  let schedule: Schedule = { startMs: 0, perSecond, messages };
  const progressed = () => {
    if (publisher.answeredCount === messages && all.every(({ count }) => count === messages)) finish.done();
  };
  const publisher = await wire.openPublisher(target, {
    ...{ topicName, dataBytes, window: messages, answered: progressed, failed },
  });
  const subscribers: WireSubscriber[] = [];
  for (const [index, latencies] of all.entries()) {
    const subscriber = await wire.openSubscriber(target, {
      ...{ topicName, dataBytes, name: `${namePrefix}${index}`, expected: messages, progressed, failed },
      delivered: count => latencies.came(schedule, count, nowMs()),
    });
    await subscriber.subscribe();
    subscribers.push(subscriber);
  }
  return {
    run: async () => {
      schedule = { ...schedule, startMs: nowMs() + startDelayMs };
      const paced = keepPace(schedule, due => {
        lateness.came(schedule, due - lateness.count, nowMs());
        publisher.fill(due);
      });
      await unlessStalled(
        () => all[0]!.count,
        Promise.all([paced, finish.promise]).then(() => undefined),
      );
    },
    figures: () => ({ ...latencyFigures(all), sent_late_p99_ms: latencyFigures([lateness]).p99_ms }),
    check: async () => {
      for (const subscriber of subscribers) await subscriber.empty();
    },
    close: async () => {
      await Promise.all([publisher, ...subscribers].map(connection => connection.close()));
    },
  };
}
