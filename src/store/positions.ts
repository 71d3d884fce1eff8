import type { Position } from './store.js';

/**
 * The counter of positions. It is persisted ahead in blocks, so that most commits need not write it, and a start after
 * a crash goes on above everything that may have been given out.
 */
export class PositionCounter {
  #last: Position;
  #reserved: Position;
  readonly #block: number;

  /** `reserved` is what was persisted last: no position above it was ever given out. */
  constructor(reserved: Position, block: number) {
    this.#last = reserved;
    this.#reserved = reserved;
    this.#block = block;
  }

  /** The last position given out. */
  get last(): Position {
    return this.#last;
  }

  /** What must be on disk before the current transaction ends. */
  get reserved(): Position {
    return this.#reserved;
  }

  /** True if so many positions can be given out, and nothing must be on disk for it. */
  hasReserved(count: number): boolean {
    return this.#last + count <= this.#reserved;
  }

  /** Gives out `count` positions, and returns the first of them. */
  draw(count: number): Position {
    const first = this.#last + 1;
    this.#last += count;
    if (this.#last > this.#reserved) this.#reserved = this.#last + this.#block;
    return first;
  }

  /** Goes back to the state of before a transaction that was rolled back: nobody saw its positions. */
  rollBack(last: Position, reserved: Position): void {
    this.#last = last;
    this.#reserved = reserved;
  }
}
