import { Finish } from './finish.js';
import type { LoadFigures, PacedJob, PreparedLoad } from './job.js';
import { Latencies, latencyFigures } from './latencies.js';
import { nowMs } from './now.js';
import { keepPace } from './pacemaker.js';
import { Publisher } from './publisher.js';
import type { Schedule } from './schedule.js';
import type { Target } from './socket.js';
import { Subscriber } from './subscriber.js';

/** Until the first message, so that the thread that keeps the pace has started. */
const startDelayMs = 50;
const msPerSecond = 1_000;

/** One subscriber, and how late its messages came. */
interface Follower {
  subscriber: Subscriber;
  latencies: Latencies;
}

/**
 * Messages at even distances whether or not the server keeps up, with publisher and subscribers in one process, so that
 * one clock tells when each was to be sent and when it came.
 */
class PacedLoad implements PreparedLoad {
  readonly #job: PacedJob;
  readonly #finish = new Finish();
  readonly #steady: Follower[] = [];
  readonly #slow: Subscriber[] = [];
  /** How long after its time each message was written: what of the latencies is the load's own. */
  readonly #lateness: Latencies;
  #publisher!: Publisher;
  #crowd: Publisher | null = null;
  #schedule: Schedule;
  #tookMs = 0;

  constructor(job: PacedJob) {
    this.#job = job;
    this.#lateness = new Latencies(job.messages);
    this.#schedule = { startMs: 0, perSecond: job.perSecond, messages: job.messages };
  }

  async open(target: Target): Promise<void> {
    const { topicName, dataBytes, messages, subscribers, slowSubscribers, slowBytesPerSecond, beside } = this.#job;
    const failed = (error: Error) => this.#finish.fail(error);
    const publishing = { topicName, dataBytes, window: messages, answered: () => this.#progressed(), failed };
    this.#publisher = await Publisher.open(target, publishing);
    for (let index = 0; index < subscribers; index += 1) {
      const latencies = new Latencies(messages);
      const isSlow = index < slowSubscribers;
      const subscriber = await Subscriber.open(target, {
        ...{ topicName, name: `paced-${index}`, dataBytes, expected: messages },
        ...(isSlow ? { bytesPerSecond: slowBytesPerSecond } : {}),
        delivered: count => latencies.came(this.#schedule, count, nowMs()),
        progressed: () => this.#progressed(),
        failed,
      });
      const waiting = await subscriber.subscribe();
      if (waiting > 0) throw new Error(`${waiting} messages wait for a subscriber before the first publish`);
      if (isSlow) this.#slow.push(subscriber);
      else this.#steady.push({ subscriber, latencies });
    }
    if (beside !== null) {
      const answered = () => this.#press();
      this.#crowd = await Publisher.open(target, { ...beside, dataBytes, answered, failed });
    }
  }

  async run(): Promise<void> {
    this.#schedule = { ...this.#schedule, startMs: nowMs() + startDelayMs };
    this.#press();
    const paced = keepPace(this.#schedule, due => {
      this.#lateness.came(this.#schedule, due - this.#lateness.count, nowMs());
      this.#publisher.fill(due);
    });
    await Promise.all([paced, this.#finish.promise]);
    this.#tookMs = nowMs() - this.#schedule.startMs;
  }

  figures(): LoadFigures {
    const { p99_ms: late } = latencyFigures([this.#lateness]);
    const latencies = latencyFigures(this.#steady.map(follower => follower.latencies));
    const crowd = this.#crowd;
    return {
      ...latencies,
      sent_late_p99_ms: late,
      ...(crowd === null ? {} : { beside_per_second: (crowd.answeredCount * msPerSecond) / this.#tookMs }),
    };
  }

  async check(): Promise<void> {
    for (const slow of this.#slow) slow.hurry();
    for (const subscriber of [...this.#slow, ...this.#steady.map(follower => follower.subscriber)]) {
      await subscriber.empty();
    }
  }

  async close(): Promise<void> {
    const sockets = [...this.#slow, ...this.#steady.map(({ subscriber }) => subscriber), this.#publisher];
    await Promise.all([this.#crowd?.close(), ...sockets.map(socket => socket.close())]);
  }

  /** Publishes beside the paced messages as fast as answers come, until they are all through. */
  #press(): void {
    if (!this.#isThrough()) this.#crowd?.fill(Number.POSITIVE_INFINITY);
    else this.#progressed();
  }

  #progressed(): void {
    const crowd = this.#crowd;
    if (this.#isThrough() && (crowd === null || crowd.answeredCount === crowd.sent)) this.#finish.done();
  }

  /** Whether all but the slow ones have all messages. */
  #isThrough(): boolean {
    const { messages } = this.#job;
    if (this.#publisher.answeredCount < messages) return false;
    return this.#steady.every(({ latencies }) => latencies.count === messages);
  }
}

export async function preparePaced(target: Target, job: PacedJob): Promise<PreparedLoad> {
  const load = new PacedLoad(job);
  await load.open(target);
  return load;
}
