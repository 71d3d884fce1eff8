import type { Position } from '../store.js';

/** Positions in rising order. They come in at the end and mostly leave at the start. */
export class PositionList {
  #items: Position[] = [];

  get length(): number {
    return this.#items.length;
  }

  at(index: number): Position | undefined {
    return this.#items[index];
  }

  push(position: Position): void {
    this.#items.push(position);
  }

  /** The index of the first position above `position`. */
  indexAfter(position: Position): number {
    let low = 0;
    let high = this.#items.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#items[middle]! <= position) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The first positions up to and including `upto`, `limit` at most. */
  head(upto: Position, limit: number): Position[] {
    return this.#items.slice(0, Math.min(limit, this.indexAfter(upto)));
  }

  /** Takes out all positions of the set in one pass. */
  removeAll(gone: ReadonlySet<Position>): void {
    this.#items = this.#items.filter(position => !gone.has(position));
  }
}
