import { errorText } from '../protocol/answer.js';
import { HoldfastError } from '../protocol/errors.js';
import type { Entry } from '../protocol/frame.js';
import type { AnswerTo } from './dispatcher.js';

/** Collects the answers of one array, and tells them as one when the last has come; null if none has a text. */
export class BatchAnswer {
  readonly #done: AnswerTo;
  readonly #charsMax: number;
  readonly #texts: string[] = [];
  readonly #afters: (() => void)[] = [];
  #chars = 0;
  #missing: number;

  /** `charsMax`: of all answers together. */
  constructor(entries: Entry[], charsMax: number, done: AnswerTo) {
    this.#done = done;
    this.#charsMax = charsMax;
    this.#missing = entries.filter(entry => entry.kind !== 'response').length;
    if (this.#missing === 0) done(null);
  }

  /** What hears the answer of one of the entries. */
  answerOf(entry: Entry): AnswerTo {
    return (text, after) => this.#answer(entry, text, after);
  }

  #answer({ id }: Entry, text: string | null, after: (() => void) | undefined): void {
    if (text !== null) this.#add(id as string, text);
    if (after) this.#afters.push(after);
    this.#missing -= 1;
    if (this.#missing > 0) return;
    this.#done(this.#texts.length > 0 ? `[${this.#texts.join(',')}]` : null, () => {
      for (const run of this.#afters) run();
    });
  }

  /** A thousand pages of a queue are more than a text can hold: what is too much is left out, and its sender told so. */
  #add(id: string, text: string): void {
    const isOver = this.#chars + text.length > this.#charsMax;
    const refusal = isOver ? errorText(id, tooLarge(this.#charsMax)) : text;
    const added = refusal.length < text.length ? refusal : text;
    this.#texts.push(added);
    this.#chars += added.length;
  }
}

/** Whether something was changed before the answer was found too long is not known here. */
function tooLarge(charsMax: number): HoldfastError {
  const reason = `batch_answer_chars_max is ${charsMax}`;
  return new HoldfastError('too_large', `The answers of the array are too long together: ${reason}. Ask one by one.`, {
    reason,
    outcome: 'unknown',
  });
}
