import type { Source } from '../merge.js';
import type { Position } from '../store.js';

/** Reads up to `limit` positions above `after`. */
export type ReadPositions = (after: Position, limit: number) => Position[];

/**
 * The positions of one lane, read in chunks that grow: of many topics that are merged, most give little to a page, and
 * the one that gives most is read in few steps.
 */
export class LaneSource implements Source {
  readonly #read: ReadPositions;
  #chunk: Position[];
  #chunkSize: number;
  #index = 0;

  constructor(read: ReadPositions, after: Position, chunkSize: number) {
    this.#read = read;
    this.#chunk = read(after, chunkSize);
    this.#chunkSize = chunkSize;
  }

  get head(): Position | undefined {
    return this.#chunk[this.#index];
  }

  advance(): void {
    const last = this.#chunk[this.#index];
    this.#index++;
    if (last === undefined || this.#index < this.#chunk.length || this.#chunk.length < this.#chunkSize) return;
    this.#chunkSize *= 2;
    this.#chunk = this.#read(last, this.#chunkSize);
    this.#index = 0;
  }
}
