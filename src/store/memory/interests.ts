import { isPattern } from '../../protocol/names.js';
import type { StretchRow } from '../store.js';

/** Which subscriptions have a stretch of which pattern. */
export class MemoryInterests {
  readonly #subscribers = new Map<string, Set<number>>();

  /** The patterns with a `*`, in order. */
  wide(): string[] {
    return [...this.#subscribers.keys()].filter(isPattern).sort();
  }

  has(pattern: string): boolean {
    return this.#subscribers.has(pattern);
  }

  /** Ids above `afterId`, rising. */
  after(pattern: string, afterId: number): number[] {
    const ids = [...(this.#subscribers.get(pattern) ?? [])];
    return ids.filter(id => id > afterId).sort((a, b) => a - b);
  }

  change(subId: number, before: StretchRow[], now: StretchRow[]): void {
    for (const { pattern } of before) {
      const subscribers = this.#subscribers.get(pattern);
      subscribers?.delete(subId);
      if (subscribers?.size === 0) this.#subscribers.delete(pattern);
    }
    for (const { pattern } of now) {
      const subscribers = this.#subscribers.get(pattern);
      if (subscribers === undefined) this.#subscribers.set(pattern, new Set([subId]));
      else subscribers.add(subId);
    }
  }
}
