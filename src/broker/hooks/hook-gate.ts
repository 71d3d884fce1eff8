/** Lets so many calls of hooks be under way at the same time; the others wait in the order in which they came. */
export class HookGate {
  readonly #atOnceMax: number;
  readonly #waiting: (() => void)[] = [];
  #underWay = 0;

  constructor(atOnceMax: number) {
    this.#atOnceMax = atOnceMax;
  }

  async pass<T>(call: () => Promise<T>): Promise<T> {
    if (this.#underWay >= this.#atOnceMax) await new Promise<void>(resolve => this.#waiting.push(resolve));
    else this.#underWay += 1;
    try {
      return await call();
    } finally {
      // Who goes next takes over the place of who has gone.
      const next = this.#waiting.shift();
      if (next) next();
      else this.#underWay -= 1;
    }
  }
}
