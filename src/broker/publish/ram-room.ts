import { HoldfastError } from '../../protocol/errors.js';
import type { Limits } from '../../protocol/limits.js';
import type { Evicted, Priority, Ram } from '../../store/store.js';
import type { Counters } from '../counters.js';
import type { Audience, Listener } from '../subscriptions/audience.js';
import type { Subscriptions } from '../subscriptions/subscriptions.js';
import type { Topic } from '../topics/topic.js';
import type { Topics } from '../topics/topics.js';
import type { Log } from './log.js';

/** What becomes of a message for which there is no room in memory: it is refused, or others go. */
export type OnRamFull = 'refuse' | 'drop_oldest' | 'drop_lowest_priority';

/** Where messages that are not guaranteed live, and what happens when that is full. */
export interface RamParts {
  ram: Ram;
  onRamFull: OnRamFull;
}

export interface RamRoomParts extends RamParts {
  audience: Audience;
  counters: Counters;
  limits: Limits;
  log: Log;
  subscriptions: Subscriptions;
  topics: Topics;
}

/** What part of the bound is freed at once, so that dropping one by one does not cost a look at everyone each time. */
const freedPart = 64;

/** Keeps the messages that live in memory only within their bound. Whoever loses one is told, and it is counted. */
export class RamRoom {
  readonly #parts: RamRoomParts;
  /** Bytes of messages that have room and are not committed yet. */
  #waiting = 0;

  constructor(parts: RamRoomParts) {
    this.#parts = parts;
  }

  /** Takes room for a message with a body of so many bytes. Throws `too_large` or `overloaded`. */
  take(bodyBytes: number, priority: Priority): void {
    const { ram_bytes_max: most, ram_message_bytes } = this.#parts.limits;
    const bytes = bodyBytes + ram_message_bytes;
    if (bytes > most) throw tooLarge(bytes, most);
    const over = this.#parts.ram.bytes + this.#waiting + bytes - most;
    if (over > 0 && !this.#drop(over, priority)) {
      this.#parts.counters.ramRefused += 1;
      throw full(most);
    }
    this.#waiting += bytes;
  }

  /** A message for which room was taken has come to its place, or was refused. */
  committed(bodyBytes: number): void {
    this.#waiting -= bodyBytes + this.#parts.limits.ram_message_bytes;
  }

  /** False: nothing may be dropped, or not enough. */
  #drop(bytes: number, priority: Priority): boolean {
    const { onRamFull, ram, limits, counters } = this.#parts;
    if (onRamFull === 'refuse') return false;
    const bytesMax = Math.max(bytes, Math.floor(limits.ram_bytes_max / freedPart));
    const evicted = ram.evict({ bytes, bytesMax, upto: onRamFull === 'drop_oldest' ? null : priority });
    counters.sweptRamFull += evicted.length;
    this.#tell(evicted);
    return evicted.length > 0;
  }

  /** Who is there and was still to get a message will not get it. Those who are absent find less when they come. */
  #tell(evicted: Evicted[]): void {
    const touched = new Set<Topic>();
    const losses = new Map<Listener, number>();
    for (const message of evicted) {
      const topic = this.#parts.topics.byId(message.topicId);
      touched.add(topic);
      for (const listener of this.#listeners(message, topic)) {
        if (listener.isToCome(topic, message)) losses.set(listener, (losses.get(listener) ?? 0) + 1);
      }
    }
    for (const topic of touched) this.#parts.log.forget(topic);
    for (const [listener, count] of losses) {
      this.#parts.counters.ramLost += count;
      listener.lost(count, 'ram_full');
    }
  }

  #listeners({ subIds }: Evicted, topic: Topic): Iterable<Listener> {
    if (subIds === null) return this.#parts.audience.of(topic);
    return subIds.flatMap(id => {
      const subscription = this.#parts.subscriptions.peek(id);
      return subscription?.isActive ? [subscription] : [];
    });
  }
}

function tooLarge(bytes: number, most: number): HoldfastError {
  return new HoldfastError(
    'too_large',
    `The message takes ${bytes} bytes of memory, more than all that is not guaranteed may (ram_bytes_max: ${most}). Publish it guaranteed: has_gd true.`,
  );
}

function full(most: number): HoldfastError {
  return new HoldfastError(
    'overloaded',
    `There is no room in memory for messages that are not guaranteed (ram_bytes_max: ${most}). Wait, or publish guaranteed: has_gd true.`,
    { retry_after: 1 },
  );
}
