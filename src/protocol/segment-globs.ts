import { covers } from './matcher.js';

/**
 * Values by patterns of a single segment, like `sensor-*`. They are grouped by what stands before their first star, so
 * that a segment is compared only with those that begin as it does. Those that begin with a star are all compared.
 */
export class SegmentGlobs<V> {
  /** By the length of the beginning, by the beginning, by the whole. */
  readonly #byLength = new Map<number, Map<string, Map<string, V>>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(glob: string): V | undefined {
    return this.#group(beginningOf(glob))?.get(glob);
  }

  set(glob: string, value: V): void {
    const beginning = beginningOf(glob);
    let byBeginning = this.#byLength.get(beginning.length);
    if (byBeginning === undefined) {
      byBeginning = new Map();
      this.#byLength.set(beginning.length, byBeginning);
    }
    let group = byBeginning.get(beginning);
    if (group === undefined) {
      group = new Map();
      byBeginning.set(beginning, group);
    }
    if (!group.has(glob)) this.#size += 1;
    group.set(glob, value);
  }

  delete(glob: string): void {
    const beginning = beginningOf(glob);
    const group = this.#group(beginning);
    if (!group?.delete(glob)) return;
    this.#size -= 1;
    if (group.size > 0) return;
    const byBeginning = this.#byLength.get(beginning.length)!;
    byBeginning.delete(beginning);
    if (byBeginning.size === 0) this.#byLength.delete(beginning.length);
  }

  /** The values of all patterns that cover the segment. */
  match(segment: string): V[] {
    const found: V[] = [];
    for (const [length, byBeginning] of this.#byLength) {
      const group = byBeginning.get(segment.slice(0, length));
      if (group === undefined) continue;
      for (const [glob, value] of group) if (covers(glob, segment)) found.push(value);
    }
    return found;
  }

  #group(beginning: string): Map<string, V> | undefined {
    return this.#byLength.get(beginning.length)?.get(beginning);
  }
}

function beginningOf(glob: string): string {
  return glob.slice(0, glob.indexOf('*'));
}
