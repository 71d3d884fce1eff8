import type { Position } from './store.js';

/** Positions in rising order, of which the first can be seen before it is taken. */
export interface Source {
  readonly head: Position | undefined;
  advance(): void;
}

/** The source with the lowest position, or undefined when all are at their ends. */
export function lowestOf(sources: Source[]): Source | undefined {
  let lowest: Source | undefined;
  let position: Position | undefined;
  for (const source of sources) {
    const { head } = source;
    if (head === undefined || (position !== undefined && head >= position)) continue;
    lowest = source;
    position = head;
  }
  return lowest;
}
