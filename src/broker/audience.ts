import { isPattern } from '../protocol/names.js';
import { PatternIndex } from '../protocol/pattern-index.js';
import type { Topic } from './topic.js';

/** Who wants to hear of new messages. */
export interface Listener {
  /** Messages of these priorities (a bit each) were committed to the topic. */
  wake(topic: Topic, priorities: number): void;
  /** True while it has not read what it was woken for. */
  awaits(topic: Topic): boolean;
}

/** Topics whose listeners are remembered, before the memory is emptied. */
const rememberedMax = 100_000;

/**
 * Which active subscriptions listen to which topics. An absent subscription is not in here, so a publish costs the
 * same with none or a million of them.
 */
export class Audience {
  readonly #exact = new Map<string, Set<Listener>>();
  readonly #wide = new PatternIndex<Listener>();
  /** Listeners of a topic, computed once after each change. */
  readonly #of = new Map<string, readonly Listener[]>();

  add(pattern: string, listener: Listener): void {
    if (isPattern(pattern)) {
      this.#wide.add(pattern, listener);
      this.#of.clear();
      return;
    }
    const listeners = this.#exact.get(pattern) ?? new Set();
    this.#exact.set(pattern, listeners);
    listeners.add(listener);
    this.#of.delete(pattern);
  }

  delete(pattern: string, listener: Listener): void {
    if (isPattern(pattern)) {
      this.#wide.delete(pattern, listener);
      this.#of.clear();
      return;
    }
    const listeners = this.#exact.get(pattern);
    if (!listeners?.delete(listener)) return;
    if (listeners.size === 0) this.#exact.delete(pattern);
    this.#of.delete(pattern);
  }

  of(topic: Topic): readonly Listener[] {
    const known = this.#of.get(topic.name);
    if (known) return known;
    const listeners = new Set(this.#exact.get(topic.name));
    if (this.#wide.size > 0) for (const listener of this.#wide.match(topic.name)) listeners.add(listener);
    if (this.#of.size >= rememberedMax) this.#of.clear();
    const list = [...listeners];
    this.#of.set(topic.name, list);
    return list;
  }
}
