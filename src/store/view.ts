import { PatternIndex } from '../protocol/pattern-index.js';
import type { Position, StretchRow } from './rows.js';

/**
 * Who sees what, said by patterns: a message is seen if its position lies in a stretch of each list whose pattern covers
 * its topic. Topics are asked for their names, each once.
 */
export class View {
  readonly #lists: PatternIndex<StretchRow>[];
  readonly #nameOf: (topicId: number) => string | undefined;
  /** By topic: the stretches of each list that hold for it, or null if one list has none. */
  readonly #of = new Map<number, StretchRow[][] | null>();

  constructor(lists: StretchRow[][], nameOf: (topicId: number) => string | undefined) {
    this.#lists = lists.map(index);
    this.#nameOf = nameOf;
  }

  sees(topicId: number, position: Position): boolean {
    let stretches = this.#of.get(topicId);
    if (stretches === undefined) {
      stretches = this.#stretchesOf(topicId);
      this.#of.set(topicId, stretches);
    }
    return stretches?.every(list => list.some(stretch => holds(stretch, position))) ?? false;
  }

  #stretchesOf(topicId: number): StretchRow[][] | null {
    const name = this.#nameOf(topicId);
    if (name === undefined) return null;
    const stretches: StretchRow[][] = [];
    for (const list of this.#lists) {
      const found = [...list.match(name)];
      if (found.length === 0) return null;
      stretches.push(found);
    }
    return stretches;
  }
}

function index(stretches: StretchRow[]): PatternIndex<StretchRow> {
  const byPattern = new PatternIndex<StretchRow>();
  for (const stretch of stretches) byPattern.add(stretch.pattern, stretch);
  return byPattern;
}

function holds({ from, to }: StretchRow, position: Position): boolean {
  return position > from && (to === null || position <= to);
}
