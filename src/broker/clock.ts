/** Time as the core sees it. The core never reads the time of day itself, so that a simulation can drive it. */
export interface Clock {
  /** Unix microseconds; never goes back. */
  nowMicros(): number;
  /** Unix milliseconds. */
  nowMs(): number;
  /** Calls `run` once after `delayMs`, unless the answer is cancelled. */
  after(delayMs: number, run: () => void): Timer;
  /** Calls `run` at the end of this turn of the event loop. */
  endOfTurn(run: () => void): void;
}

export interface Timer {
  cancel(): void;
}
