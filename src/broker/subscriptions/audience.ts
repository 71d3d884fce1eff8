import { matches } from '../../protocol/matcher.js';
import { isPattern } from '../../protocol/names.js';
import { PatternIndex } from '../../protocol/pattern-index.js';
import type { Position, Priority } from '../../store/store.js';
import type { DropReason } from '../sink.js';
import type { Topic } from '../topics/topic.js';

/** Who wants to hear of new messages. */
export interface Listener {
  /** Messages of these priorities (a bit each) were committed to the topic. */
  wake(topic: Topic, priorities: number): void;
  /** True while it has not read what it was woken for. */
  awaits(topic: Topic): boolean;
  /** True if a message that is in the store, in its line, was not sent to it yet and is for it. */
  isToCome(topic: Topic, message: Addressable): boolean;
  /** Messages that were still to come have left the store. */
  lost(count: number, reason: DropReason): void;
}

/** Where a message is in the queues, and whether single subscriptions alone have it. */
export interface Addressable {
  position: Position;
  priority: Priority;
  subIds: readonly number[] | null;
}

/** Topics whose listeners are remembered, before the memory is emptied. */
const rememberedMax = 100_000;
/** New wide listeners after which they are looked up anew, as it costs the same. */
const newcomersMax = 50;

/** Who listens to a topic, as it was when there had been so many newcomers. */
interface Remembered {
  readonly listeners: Set<Listener>;
  newcomers: number;
}

const nobody: ReadonlySet<Listener> = new Set();

/**
 * Which active subscriptions listen to which topics. An absent subscription is not in here, so a publish costs the
 * same with none or a million of them.
 */
export class Audience {
  readonly #exact = new Map<string, Set<Listener>>();
  readonly #wide = new PatternIndex<Listener>();
  /** Listeners of a topic, where patterns have a say. */
  readonly #of = new Map<string, Remembered>();
  /** Wide listeners that came since `#of` was emptied: each topic is compared with them alone. */
  #newcomers: { pattern: string; listener: Listener }[] = [];

  add(pattern: string, listener: Listener): void {
    if (isPattern(pattern)) {
      this.#wide.add(pattern, listener);
      this.#newcomers.push({ pattern, listener });
      if (this.#newcomers.length > newcomersMax) this.#forget();
      return;
    }
    const listeners = this.#exact.get(pattern) ?? new Set();
    this.#exact.set(pattern, listeners);
    listeners.add(listener);
    this.#of.get(pattern)?.listeners.add(listener);
  }

  delete(pattern: string, listener: Listener): void {
    if (isPattern(pattern)) {
      if (this.#wide.delete(pattern, listener)) this.#forget();
      return;
    }
    const listeners = this.#exact.get(pattern);
    if (!listeners?.delete(listener)) return;
    if (listeners.size === 0) this.#exact.delete(pattern);
    this.#of.delete(pattern);
  }

  /** Not to be kept: it changes with the audience. */
  of(topic: Topic): ReadonlySet<Listener> {
    if (this.#wide.size === 0) return this.#exact.get(topic.name) ?? nobody;
    const known = this.#of.get(topic.name);
    if (!known) return this.#find(topic.name);
    for (; known.newcomers < this.#newcomers.length; known.newcomers += 1) {
      const { pattern, listener } = this.#newcomers[known.newcomers]!;
      if (matches(pattern, topic.name)) known.listeners.add(listener);
    }
    return known.listeners;
  }

  #find(name: string): ReadonlySet<Listener> {
    const listeners = this.#wide.match(name);
    for (const listener of this.#exact.get(name) ?? nobody) listeners.add(listener);
    if (this.#of.size >= rememberedMax) this.#forget();
    this.#of.set(name, { listeners, newcomers: this.#newcomers.length });
    return listeners;
  }

  #forget(): void {
    this.#of.clear();
    this.#newcomers = [];
  }
}
