import type { Clock, Timer } from '../../src/broker/clock.js';

interface Waiting {
  dueMs: number;
  run: () => void;
}

/**
 * Time that moves only when told. What a turn of the event loop would carry out waits in two lines, ends of turns and
 * answers of the store. Within a line the order is kept; which line comes next is drawn, so a seed is an interleaving.
 */
export class ManualClock implements Clock {
  #nowMs: number;
  /** In the order in which they ring; those of one time in the order in which they were set. */
  readonly #timers: Waiting[] = [];
  readonly #turns: (() => void)[] = [];
  readonly #answers: (() => void)[] = [];
  /** A number from 0 to 1 for each draw. */
  readonly #draw: () => number;

  constructor(nowMs: number, draw: () => number = () => 0) {
    this.#nowMs = nowMs;
    this.#draw = draw;
  }

  nowMicros(): number {
    return this.#nowMs * 1000;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  after(delayMs: number, run: () => void): Timer {
    const waiting = { dueMs: this.#nowMs + delayMs, run };
    const at = this.#timers.findIndex(other => other.dueMs > waiting.dueMs);
    this.#timers.splice(at < 0 ? this.#timers.length : at, 0, waiting);
    return {
      cancel: () => {
        const index = this.#timers.indexOf(waiting);
        if (index >= 0) this.#timers.splice(index, 1);
      },
    };
  }

  /** Timers that have not rung. */
  get timers(): number {
    return this.#timers.length;
  }

  endOfTurn(run: () => void): void {
    this.#turns.push(run);
  }

  /** The store answers here; give it to `MemoryStore` as `defer`. */
  readonly answer = (run: () => void): void => {
    this.#answers.push(run);
  };

  /** Lets everything that follows from promises happen, then carries out one thing. False: there was nothing. */
  async step(): Promise<boolean> {
    await macrotask();
    const isTurn = this.#answers.length === 0 || (this.#turns.length > 0 && this.#draw() < 0.5);
    const run = (isTurn ? this.#turns : this.#answers).shift();
    run?.();
    return run !== undefined;
  }

  /** Until nothing is left to do at this time. */
  async quiet(): Promise<void> {
    for (let steps = 0; await this.step(); steps += 1) {
      if (steps > stepsMax) throw new Error(`Something goes on and on: ${stepsMax} steps without a rest.`);
    }
  }

  /** Time passes; each timer rings at its time, and all that it sets off is done before the next one. */
  async advance(byMs: number): Promise<void> {
    const endMs = this.#nowMs + byMs;
    await this.quiet();
    for (let next = this.#timers[0]; next && next.dueMs <= endMs; next = this.#timers[0]) {
      this.#timers.shift();
      this.#nowMs = Math.max(this.#nowMs, next.dueMs);
      next.run();
      await this.quiet();
    }
    this.#nowMs = endMs;
  }
}

const stepsMax = 100_000;

/** All promises that are ready run before it; nothing else in the process uses the event loop. */
function macrotask(): Promise<void> {
  return new Promise(resolve => void setImmediate(resolve));
}
