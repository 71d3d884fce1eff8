import type { Entry } from '../protocol/frame.js';
import type { AnswerTo } from './dispatcher.js';

/** Collects the answers of one array, and tells them as one when the last has come; null if none has a text. */
export class BatchAnswer {
  readonly #done: AnswerTo;
  readonly #texts: string[] = [];
  readonly #afters: (() => void)[] = [];
  #missing: number;

  constructor(entries: Entry[], done: AnswerTo) {
    this.#done = done;
    this.#missing = entries.filter(entry => entry.kind !== 'response').length;
    if (this.#missing === 0) done(null);
  }

  /** Hears the answer of one of the entries. */
  readonly answer: AnswerTo = (text, after) => {
    if (text !== null) this.#texts.push(text);
    if (after) this.#afters.push(after);
    this.#missing -= 1;
    if (this.#missing > 0) return;
    this.#done(this.#texts.length > 0 ? `[${this.#texts.join(',')}]` : null, () => {
      for (const run of this.#afters) run();
    });
  };
}
