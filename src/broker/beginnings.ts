import type { Position } from '../store/store.js';
import type { PositionClock } from './position-clock.js';

/** Where somebody wants to begin: with all that there is, or with what came at a time (Unix microseconds) or later. */
export type Beginning = 'earliest' | { micros: number };

export interface BeginningsParts {
  positionClock: PositionClock;
}

/** Finds the position after which somebody begins. */
export class Beginnings {
  readonly #parts: BeginningsParts;

  constructor(parts: BeginningsParts) {
    this.#parts = parts;
  }

  /** Undefined: with what comes from now on. */
  async find(beginning: Beginning | undefined): Promise<Position | undefined> {
    if (beginning === undefined) return undefined;
    if (beginning === 'earliest') return 0;
    return this.#parts.positionClock.before(beginning.micros / 1000);
  }
}
