/** Choices that the same seed makes again. What the machine does in between is its own, so runs are alike, not equal. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** From 0 to below 1 (mulberry32). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  chance(share: number): boolean {
    return this.next() < share;
  }

  /** A whole number from `least` to `most`. */
  between(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1));
  }

  pick<T>(items: readonly T[]): T {
    return items[Math.floor(this.next() * items.length)]!;
  }
}

/** `SEED` of the environment, or a new one. It is printed, so that a failure can be looked for again. */
export function seedOf(env: Readonly<Record<string, string | undefined>>): number {
  const seed = env.SEED === undefined ? Date.now() % 2 ** 31 : Number(env.SEED);
  if (!Number.isSafeInteger(seed)) throw new Error('SEED must be a whole number.');
  console.log(`SEED=${seed}`);
  return seed;
}
