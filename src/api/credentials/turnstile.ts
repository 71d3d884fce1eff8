import { HoldfastError } from '../../protocol/errors.js';

export interface TurnstileOptions {
  atOnceMax: number;
  waitingMax: number;
  /** How long somebody waits who is then told when to come again: not longer than its client would. */
  waitMsMax: number;
  /** Milliseconds of any clock that does not go back. */
  now(): number;
  /** Calls `ring` after so many milliseconds, unless the function that it returns was called before. */
  after(ms: number, ring: () => void): () => void;
}

/** A piece of work that has its place in the line; a result that nobody waited for any more is the work's own matter. */
export interface Place<Result> {
  readonly result: Promise<Result>;
  /** Rises with each that came. */
  readonly number: number;
  readonly sinceMs: number;
  /** Those who wait for the result at this moment. */
  waiters: number;
  enter(): void;
  turnAway(error: HoldfastError): void;
}

/** What a piece of work takes, in milliseconds, until the first ones have been measured. */
const firstGuessMs = 50;
/** The share of the newest in the mean. */
const newestShare = 0.05;

/**
 * Lets a few pieces of dear work run at once, and the others in the order in which they came. Whoever has waited too
 * long is told when its turn will be and keeps its place, so that coming again never means to begin again, and thousands
 * who come at once are all through after one pass. Work that somebody waits for goes before work that nobody does: who
 * came and went holds up none of those who are there. Where so many come that places are given up, those who left are
 * called back before theirs is, so that a flood of guesses cannot keep out who comes again when told to.
 */
export class Turnstile {
  readonly #options: TurnstileOptions;
  readonly #waiting = new Set<Place<unknown>>();
  #inside = 0;
  #lastNumber = 0;
  #meanMs = firstGuessMs;
  /** How old the last place was that made room; Infinity while there is room. */
  #keptMs = Number.POSITIVE_INFINITY;

  constructor(options: TurnstileOptions) {
    this.#options = options;
  }

  /** Runs `work` when there is room, and waits for it as `wait` does. */
  async pass<Result>(work: () => Promise<Result>): Promise<Result> {
    return this.wait(this.enter(work));
  }

  /** Runs `work` in its turn. Throws `overloaded` if there are too many places already that somebody waits at. */
  enter<Result>(work: () => Promise<Result>): Place<Result> {
    const isFree = this.#inside < this.#options.atOnceMax;
    if (!isFree && this.#waiting.size >= this.#options.waitingMax) this.#giveUpOne();
    let enter = () => {};
    let turnAway = (_error: HoldfastError) => {};
    const entered = new Promise<void>((resolve, reject) => {
      enter = resolve;
      turnAway = reject;
    });
    const result = entered.then(() => this.#run(work));
    // Nobody may be there to hear of a failure.
    result.catch(() => {});
    const place = { result, number: ++this.#lastNumber, sinceMs: this.#options.now(), waiters: 0, enter, turnAway };
    if (isFree) this.#letIn(place);
    else this.#waiting.add(place);
    return place;
  }

  /** Waits for the result. Throws `overloaded`, with the seconds until it should be there, after `waitMsMax`. */
  async wait<Result>(place: Place<Result>): Promise<Result> {
    let stop = () => {};
    const late = new Promise<never>((_, reject) => {
      stop = this.#options.after(this.#options.waitMsMax, () => reject(overloaded(this.#comeAgainMs(place))));
    });
    place.waiters += 1;
    try {
      return await Promise.race([place.result, late]);
    } finally {
      place.waiters -= 1;
      stop();
    }
  }

  async #run<Result>(work: () => Promise<Result>): Promise<Result> {
    const startMs = this.#options.now();
    try {
      return await work();
    } finally {
      this.#meanMs += newestShare * (this.#options.now() - startMs - this.#meanMs);
      this.#inside -= 1;
      const next = this.#next();
      if (next !== undefined) this.#letIn(next);
    }
  }

  /** The place is taken here and not by the one who enters, or a newcomer could slip in between. */
  #letIn(place: Place<unknown>): void {
    this.#waiting.delete(place);
    this.#inside += 1;
    if (this.#waiting.size < this.#options.waitingMax / 2) this.#keptMs = Number.POSITIVE_INFINITY;
    place.enter();
  }

  #next(): Place<unknown> | undefined {
    for (const place of this.#waiting) if (place.waiters > 0) return place;
    const [oldest] = this.#waiting;
    return oldest;
  }

  /** The oldest place that nobody waits at makes room. */
  #giveUpOne(): void {
    for (const place of this.#waiting) {
      if (place.waiters > 0) continue;
      this.#waiting.delete(place);
      this.#keptMs = this.#options.now() - place.sinceMs;
      place.turnAway(overloaded(0));
      return;
    }
    // Those who wait now will have left by then.
    throw overloaded(Math.min(this.#passMs(this.#waiting.size), this.#options.waitMsMax));
  }

  /** When its turn will be, or before that, if the place would be given up meanwhile: who comes back in time goes first. */
  #comeAgainMs(place: Place<unknown>): number {
    const leftMs = this.#keptMs - (this.#options.now() - place.sinceMs);
    return Math.min(this.#passMs(this.#before(place)), leftMs / 2);
  }

  /** Places that may have their turn before this one. */
  #before(place: Place<unknown>): number {
    const [oldest] = this.#waiting;
    return oldest === undefined ? 0 : Math.max(0, Math.min(this.#waiting.size, place.number - oldest.number));
  }

  /** How long it takes until one has passed behind so many others. */
  #passMs(before: number): number {
    return ((before + 1) * this.#meanMs) / this.#options.atOnceMax;
  }
}

function overloaded(comeAgainMs: number): HoldfastError {
  const retry_after = Math.max(1, Math.ceil(comeAgainMs / 1000));
  return new HoldfastError('overloaded', 'Too many passwords wait to be checked.', { retry_after });
}
