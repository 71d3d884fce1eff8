import { percentiles } from '../statistics.js';
import { dueMs, type Schedule } from './schedule.js';

/**
 * Latencies of one subscriber, counted from when each message was to be sent and not from when it was, so that a stall
 * shows in all the messages that it held up. There is one publisher and messages come in its order, so they need only
 * be counted.
 */
export class Latencies {
  readonly ms: Float64Array;
  #count = 0;

  constructor(messages: number) {
    this.ms = new Float64Array(messages);
  }

  get count(): number {
    return this.#count;
  }

  /** The next `messages` of the schedule have come. */
  came(schedule: Schedule, messages: number, nowMs: number): void {
    for (let index = 0; index < messages; index += 1) {
      this.ms[this.#count] = nowMs - dueMs(schedule, this.#count);
      this.#count += 1;
    }
  }
}

/** The middle and the 99th percentile of all of them together. */
export function latencyFigures(all: readonly Latencies[]): { p50_ms: number; p99_ms: number } {
  const joined = new Float64Array(all.reduce((total, { count }) => total + count, 0));
  let at = 0;
  for (const { ms, count } of all) {
    joined.set(ms.subarray(0, count), at);
    at += count;
  }
  const [p50, p99] = percentiles(joined, [50, 99]);
  return { p50_ms: p50!, p99_ms: p99! };
}
