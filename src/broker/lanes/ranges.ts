import type { Position } from '../../store/store.js';

/** A sorted set of positions, kept as ranges with both ends included: what is settled ahead of a lane's cursor. */
export class Ranges {
  /** from, to, from, to, … */
  readonly #ends: Position[];

  constructor(ends: Position[] = []) {
    this.#ends = ends;
  }

  /** Number of ranges. */
  get size(): number {
    return this.#ends.length / 2;
  }

  /** The last position in the set, or 0. */
  get last(): Position {
    return this.#ends[this.#ends.length - 1] ?? 0;
  }

  has(position: Position): boolean {
    const at = this.#firstEndingAtOrAfter(position);
    return at < this.#ends.length && this.#ends[at]! <= position;
  }

  /** Adds `from` to `to`; ranges that overlap or touch become one. */
  add(from: Position, to: Position): void {
    const ends = this.#ends;
    const first = this.#firstEndingAtOrAfter(from - 1);
    let last = first;
    while (last < ends.length && ends[last]! <= to + 1) last += 2;
    if (last > first) {
      from = Math.min(from, ends[first]!);
      to = Math.max(to, ends[last - 1]!);
    }
    ends.splice(first, last - first, from, to);
  }

  /** Forgets everything up to and including `position`. */
  dropUpTo(position: Position): void {
    const ends = this.#ends;
    const first = this.#firstEndingAtOrAfter(position + 1);
    if (first > 0) ends.splice(0, first);
    if (ends.length > 0 && ends[0]! <= position) ends[0] = position + 1;
  }

  /** Forgets everything after `position`. */
  dropAfter(position: Position): void {
    const ends = this.#ends;
    const first = this.#firstEndingAtOrAfter(position + 1);
    const isCut = first < ends.length && ends[first]! <= position;
    ends.splice(isCut ? first + 2 : first);
    if (isCut) ends[first + 1] = position;
  }

  /** Its ranges after `position`, as pairs in the half-open form of `gaps`. */
  after(position: Position): [Position, Position][] {
    const found: [Position, Position][] = [];
    for (let at = this.#firstEndingAtOrAfter(position + 1); at < this.#ends.length; at += 2) {
      found.push([Math.max(this.#ends[at]! - 1, position), this.#ends[at + 1]!]);
    }
    return found;
  }

  /** The parts of (from, to] that are not in the set, as pairs in the same half-open form. */
  gaps(from: Position, to: Position): [Position, Position][] {
    const gaps: [Position, Position][] = [];
    for (let at = this.#firstEndingAtOrAfter(from + 1); at < this.#ends.length && this.#ends[at]! <= to; at += 2) {
      if (this.#ends[at]! - 1 > from) gaps.push([from, this.#ends[at]! - 1]);
      from = this.#ends[at + 1]!;
    }
    if (from < to) gaps.push([from, to]);
    return gaps;
  }

  toJSON(): Position[] {
    return this.#ends;
  }

  /** Index of the first range that ends at or after `position`. */
  #firstEndingAtOrAfter(position: Position): number {
    const ends = this.#ends;
    let low = 0;
    let high = ends.length / 2;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (ends[middle * 2 + 1]! < position) low = middle + 1;
      else high = middle;
    }
    return low * 2;
  }
}
