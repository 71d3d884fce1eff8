import type { Clock, Timer } from './broker/clock.js';

/** The real time, in microseconds that never go back, also when the machine's clock is set back a little. */
export class SystemClock implements Clock {
  #last = 0;
  readonly #timers = new Set<NodeJS.Timeout>();
  #isStopped = false;

  nowMicros(): number {
    const now = Math.floor((performance.timeOrigin + performance.now()) * 1000);
    const wall = Date.now() * 1000;
    // The monotonic clock of the process drifts from the wall clock when that is set: then the wall clock rules.
    const micros = Math.abs(now - wall) > driftMaxMicros ? wall : now;
    this.#last = Math.max(this.#last, micros);
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

  endOfTurn(run: () => void): void {
    setImmediate(run);
  }
}

const noTimer: Timer = { cancel() {} };
const driftMaxMicros = 50_000;
