import type { Clock, Timer } from './broker/clock.js';

/** The real time, in microseconds that never go back, also when the machine's clock is set back a little. */
export class SystemClock implements Clock {
  #last = 0;
  #originMs = performance.timeOrigin;
  #checkedAtMs = -Infinity;
  readonly #timers = new Set<NodeJS.Timeout>();
  #isStopped = false;

  nowMicros(): number {
    const elapsedMs = performance.now();
    if (elapsedMs - this.#checkedAtMs >= checkEveryMs) this.#followWallClock(elapsedMs);
    const micros = Math.floor((this.#originMs + elapsedMs) * 1000);
    if (micros > this.#last) this.#last = micros;
    return this.#last;
  }

  nowMs(): number {
    return Date.now();
  }

  after(delayMs: number, run: () => void): Timer {
    if (this.#isStopped) return noTimer;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      run();
    }, delayMs);
    this.#timers.add(timer);
    return {
      cancel: () => {
        this.#timers.delete(timer);
        clearTimeout(timer);
      },
    };
  }

  /** Cancels whatever still waits: a queue may wait a day for an ack, and that must not hold a process that ends. */
  stop(): void {
    this.#isStopped = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }

  /** The monotonic clock of the process drifts from the wall clock when that is set: then the wall clock rules. */
  #followWallClock(elapsedMs: number): void {
    this.#checkedAtMs = elapsedMs;
    const driftMs = Date.now() - (this.#originMs + elapsedMs);
    if (Math.abs(driftMs) > driftMaxMs) this.#originMs += driftMs;
  }

  endOfTurn(run: () => void): void {
    setImmediate(run);
  }
}

const noTimer: Timer = { cancel() {} };
const driftMaxMs = 50;
/** Asked for every message, the time of day would cost as much as the time itself. */
const checkEveryMs = 100;
