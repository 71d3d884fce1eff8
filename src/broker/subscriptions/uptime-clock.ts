import type { Clock } from '../clock.js';

/** More than that between two looks is no time in which anybody was served: the clock was set, or the machine slept. */
const lookMsMax = 60_000;

/** How long brokers have been up on a store, in milliseconds. It is looked at now and then, and stands still otherwise. */
export class UptimeClock {
  readonly #clock: Clock;
  #ms: number;
  #lookedAtMs: number;

  constructor(clock: Clock, ms: number) {
    this.#clock = clock;
    this.#ms = ms;
    this.#lookedAtMs = clock.nowMs();
  }

  /** As of the last look. */
  get ms(): number {
    return this.#ms;
  }

  look(): number {
    const now = this.#clock.nowMs();
    this.#ms += Math.min(Math.max(0, now - this.#lookedAtMs), lookMsMax);
    this.#lookedAtMs = now;
    return this.#ms;
  }
}
