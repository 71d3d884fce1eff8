/**
 * Lets so many through in each turn of the event loop and the others wait in their order: thousands that come at once
 * would otherwise be one turn of a second, in which nobody else is served. How many may wait is the caller's to bound.
 */
export class Gate<Item> {
  readonly #perTurnMax: number;
  readonly #pass: (item: Item) => void;
  readonly #waiting = new Set<Item>();
  readonly #open = () => this.#letThrough();
  #isScheduled = false;

  constructor(perTurnMax: number, pass: (item: Item) => void) {
    this.#perTurnMax = perTurnMax;
    this.#pass = pass;
  }

  add(item: Item): void {
    this.#waiting.add(item);
    this.#schedule();
  }

  #schedule(): void {
    if (this.#isScheduled || this.#waiting.size === 0) return;
    this.#isScheduled = true;
    setImmediate(this.#open);
  }

  #letThrough(): void {
    let passed = 0;
    for (const item of this.#waiting) {
      if (passed === this.#perTurnMax) break;
      passed += 1;
      this.#waiting.delete(item);
      this.#pass(item);
    }
    this.#isScheduled = false;
    this.#schedule();
  }
}
