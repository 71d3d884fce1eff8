import type { Received } from '../../sim/recording-sink.js';

/** What is published by its number, and what may and must become of it. */
interface Known {
  n: number;
  msgId: string;
  topicName: string;
  /** It may be lost without a fault: it was in memory only, or the queue took nothing when it came. */
  isUnsure: boolean;
  /** It enters its topic, or the mailbox, whatever the subscription has: to leave a topic does not take it along. */
  isApart: boolean;
}

/** Keeps book of the messages of one subscription, and of what was done to it against its promises. */
export class Tally {
  readonly faults: string[] = [];
  readonly #known: Known[] = [];
  readonly #held = new Set<string>();
  readonly #gone = new Map<number, string>();
  readonly #received = new Set<number>();

  get messages(): readonly Known[] {
    return this.#known;
  }

  get held(): readonly string[] {
    return [...this.#held];
  }

  add(known: Known): void {
    this.#known.push(known);
  }

  /** All that is there so far may be lost from here on, if `concerns` it. */
  doubt(concerns: (known: Known) => boolean = () => true): void {
    for (const known of this.#known) known.isUnsure ||= concerns(known);
  }

  hold(msgId: string): void {
    this.#held.add(msgId);
  }

  release(msgId: string): void {
    this.#held.delete(msgId);
  }

  /** From here on it must not be received. `why`: what was answered. */
  end(numbers: Iterable<number>, why: string): void {
    for (const n of numbers) this.#gone.set(n, why);
  }

  receive(messages: readonly Pick<Received, 'data' | 'msg_id'>[]): void {
    for (const { data, msg_id } of messages) {
      const n = numberOf(data);
      this.#received.add(n);
      if (this.#gone.has(n)) this.faults.push(`(8) ${n} was received after ${this.#gone.get(n)}`);
      if (this.#held.has(msg_id)) this.faults.push(`(8) ${n} was received while it was held`);
    }
  }

  /** How many different ones came. */
  get received(): number {
    return this.#received.size;
  }

  /** Numbers of those that should have been received. */
  get missing(): number[] {
    const owed = this.#known.filter(({ n, isUnsure }) => !isUnsure && !this.#gone.has(n));
    return owed.map(({ n }) => n).filter(n => !this.#received.has(n));
  }
}

/** Hooks and edits make a list of the number. */
export function numberOf(data: unknown): number {
  return Array.isArray(data) ? (data[0] as number) : (data as number);
}
