import type { Clock, Timer } from './broker/clock.js';

/** The real time, in microseconds that never go back, also when the machine's clock is set back a little. */
export class SystemClock implements Clock {
  #last = 0;

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
    const timer = setTimeout(run, delayMs);
    return { cancel: () => clearTimeout(timer) };
  }

  endOfTurn(run: () => void): void {
    setImmediate(run);
  }
}

const driftMaxMicros = 50_000;
