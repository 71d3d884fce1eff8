import { isPattern } from '../../protocol/names.js';
import { PatternIndex } from '../../protocol/pattern-index.js';

/** The patterns with a `*` that subscriptions have, each once, whoever has them and whether they are here or away. */
export class WidePatterns {
  readonly #index = new PatternIndex<string>();
  /** When each was last subscribed, counted in `moment`. */
  readonly #addedAt = new Map<string, number>();
  #moment = 0;

  constructor(patterns: readonly string[]) {
    this.add(patterns);
  }

  /** Rises with every addition. */
  get moment(): number {
    return this.#moment;
  }

  /** Topic names among them are passed over. */
  add(patterns: readonly string[]): void {
    for (const pattern of patterns) {
      if (!isPattern(pattern)) continue;
      this.#moment += 1;
      this.#addedAt.set(pattern, this.#moment);
      this.#index.add(pattern, pattern);
    }
  }

  covering(topicName: string): Iterable<string> {
    return this.#index.match(topicName);
  }

  /** Nobody had it at that moment: it goes, unless somebody has subscribed to it since. */
  forget(pattern: string, moment: number): void {
    if ((this.#addedAt.get(pattern) ?? Infinity) > moment) return;
    this.#addedAt.delete(pattern);
    this.#index.delete(pattern, pattern);
  }
}
