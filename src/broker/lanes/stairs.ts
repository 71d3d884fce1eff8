import type { Position } from '../../store/store.js';

/** Steps after which the two nearest are made one, upward: a count may be too high, never too low. */
const stepsMax = 32;

/**
 * How often the messages of a lane may have been sent, as stairs that fall with the position: each step says that
 * everything up to `to` was sent `times` more. A socket that ends adds one step, whatever it had in flight.
 */
export class Stairs {
  /** to, times, to, times, … with `to` rising. */
  readonly #steps: number[];

  constructor(steps: number[] = []) {
    this.#steps = steps;
  }

  get isEmpty(): boolean {
    return this.#steps.length === 0;
  }

  timesSent(position: Position): number {
    let times = 0;
    for (let at = this.#steps.length - 2; at >= 0 && this.#steps[at]! >= position; at -= 2)
      times += this.#steps[at + 1]!;
    return times;
  }

  /** Everything up to `to` was sent once more. */
  raise(to: Position): void {
    const steps = this.#steps;
    let at = 0;
    while (at < steps.length && steps[at]! < to) at += 2;
    if (steps[at] === to) steps[at + 1]! += 1;
    else steps.splice(at, 0, to, 1);
    if (steps.length > stepsMax * 2) this.#uniteNearest();
  }

  /** Forgets steps that lie wholly behind the cursor. */
  dropUpTo(position: Position): void {
    let gone = 0;
    while (gone < this.#steps.length && this.#steps[gone]! <= position) gone += 2;
    if (gone > 0) this.#steps.splice(0, gone);
  }

  toJSON(): number[] {
    return this.#steps;
  }

  #uniteNearest(): void {
    const steps = this.#steps;
    let nearest = 0;
    for (let at = 2; at + 2 < steps.length; at += 2) {
      if (steps[at + 2]! - steps[at]! < steps[nearest + 2]! - steps[nearest]!) nearest = at;
    }
    steps[nearest + 3]! += steps[nearest + 1]!;
    steps.splice(nearest, 2);
  }
}
