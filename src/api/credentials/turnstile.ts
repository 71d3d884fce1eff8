import { HoldfastError } from '../../protocol/errors.js';

export interface TurnstileOptions {
  atOnceMax: number;
  waitingMax: number;
  /** Whoever has waited longer is turned away when its turn comes: its client has given up by then. */
  waitMsMax: number;
  /** Milliseconds of any clock that does not go back. */
  now(): number;
}

interface Waiting {
  since: number;
  enter(): void;
  turnAway(error: HoldfastError): void;
}

/** Lets a few pieces of dear work run at once, keeps some more waiting in their order, and turns the others away. */
export class Turnstile {
  readonly #options: TurnstileOptions;
  readonly #waiting = new Set<Waiting>();
  #inside = 0;

  constructor(options: TurnstileOptions) {
    this.#options = options;
  }

  /** Runs `work` when there is room. Throws `overloaded` without running it if there will be none in time. */
  async pass<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#inside >= this.#options.atOnceMax) await this.#turn();
    else this.#inside += 1;
    try {
      return await work();
    } finally {
      this.#inside -= 1;
      this.#admitNext();
    }
  }

  #turn(): Promise<void> {
    if (this.#waiting.size >= this.#options.waitingMax) throw this.#overloaded();
    return new Promise((enter, turnAway) => {
      this.#waiting.add({ since: this.#options.now(), enter, turnAway });
    });
  }

  #admitNext(): void {
    for (const next of this.#waiting) {
      this.#waiting.delete(next);
      if (this.#options.now() - next.since <= this.#options.waitMsMax) {
        // The place is taken here and not by the one who enters, or a newcomer could slip in between.
        this.#inside += 1;
        next.enter();
        return;
      }
      next.turnAway(this.#overloaded());
    }
  }

  #overloaded(): HoldfastError {
    return new HoldfastError('overloaded', 'Too many passwords wait to be checked.', { retry_after: 5 });
  }
}
