import type { Position } from '../store.js';

const none = new Float64Array(0);
const capacityMin = 16;

/**
 * Positions in rising order. They come in at the end and mostly leave at the start, or near it, so there is room on both
 * sides, and what leaves moves the shorter side.
 */
export class PositionList {
  #items = none;
  #start = 0;
  #end = 0;

  get length(): number {
    return this.#end - this.#start;
  }

  at(index: number): Position | undefined {
    return index < this.length ? this.#items[this.#start + index] : undefined;
  }

  push(position: Position): void {
    if (this.#end === this.#items.length) this.#makeRoom();
    this.#items[this.#end++] = position;
  }

  /** Puts a position in its place, if it is not there: mostly that is the end. */
  insert(position: Position): void {
    const last = this.at(this.length - 1);
    if (last === undefined || last < position) this.push(position);
    else if (this.#find(position) === null) {
      this.push(last);
      const index = this.#start + this.indexAfter(position);
      this.#items.copyWithin(index + 1, index, this.#end - 1);
      this.#items[index] = position;
    }
  }

  /** The index of the first position above `position`. */
  indexAfter(position: Position): number {
    let low = this.#start;
    let high = this.#end;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#items[middle]! <= position) low = middle + 1;
      else high = middle;
    }
    return low - this.#start;
  }

  /** The first positions up to and including `upto`, `limit` at most. */
  head(upto: Position, limit: number): Position[] {
    const length = Math.max(0, Math.min(limit, this.indexAfter(upto)));
    return [...this.#items.subarray(this.#start, this.#start + length)];
  }

  /** Takes out positions, given in rising order; those that are not in the list are passed over. */
  removeAll(gone: readonly Position[]): void {
    const holes = gone.flatMap(position => this.#find(position) ?? []);
    if (holes.length === 0) return;
    const first = holes[0]!;
    const last = holes.at(-1)!;
    if (first - this.#start < this.#end - last) this.#closeUpwards(holes);
    else this.#closeDownwards(holes);
    if (this.length > 0) return;
    this.#items = none;
    this.#start = this.#end = 0;
  }

  #find(position: Position): number | null {
    const at = this.#start + this.indexAfter(position) - 1;
    return at >= this.#start && this.#items[at] === position ? at : null;
  }

  /** What stands before the holes moves up. */
  #closeUpwards(holes: number[]): void {
    let to = holes.at(-1)! + 1;
    for (let index = holes.length - 1; index >= 0; index--) {
      const from = index === 0 ? this.#start : holes[index - 1]! + 1;
      to -= holes[index]! - from;
      this.#items.copyWithin(to, from, holes[index]);
    }
    this.#start = to;
  }

  /** What stands behind the holes moves down. */
  #closeDownwards(holes: number[]): void {
    let to = holes[0]!;
    for (const [index, hole] of holes.entries()) {
      const upto = holes[index + 1] ?? this.#end;
      this.#items.copyWithin(to, hole + 1, upto);
      to += upto - hole - 1;
    }
    this.#end = to;
  }

  /** Uses what is free at the start, or doubles, so that each position is moved a few times at most. */
  #makeRoom(): void {
    const { length } = this;
    const isHalfFree = this.#start >= length && length > 0;
    const items = isHalfFree ? this.#items : new Float64Array(Math.max(capacityMin, 2 * length));
    items.set(this.#items.subarray(this.#start, this.#end));
    this.#items = items;
    this.#start = 0;
    this.#end = length;
  }
}
