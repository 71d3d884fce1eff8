import * as assert from 'uvu/assert';
import type { Received } from '../../sim/recording-sink.js';

/** What is known of one message in one queue, while several things happen at once. */
interface Known {
  /** Its publish was answered. */
  isOwed: boolean;
  /** It was, or may have been, received, or removed: it need not come again. */
  isDone: boolean;
  /** Since when it must not come again: settled, and that is on disk. Null: it may come. */
  isOver: boolean;
  sent: number;
}

/** What one queue owes at least, and what it must not send any more. */
export class Owed {
  readonly #known = new Map<number, Known>();
  /** Settled in memory, and not on disk for sure. */
  #soft = new Set<number>();
  readonly #contested = new Set<number>();

  owe(data: number): void {
    this.#of(data).isOwed = true;
  }

  received({ data, delivery_count }: Received): void {
    const known = this.#of(data as number);
    assert.not(known.isOver, `message ${data} was settled, and came again`);
    known.sent += 1;
    assert.ok(delivery_count >= known.sent, `message ${data}: delivery_count ${delivery_count} is too low`);
  }

  /** A response acknowledged it. */
  acked(data: number): void {
    this.#of(data).isDone = true;
    this.#soft.add(data);
  }

  /** It is given back by name just now: a response that acknowledges its whole batch may come too late. */
  contest(data: number): void {
    this.#contested.add(data);
  }

  /** Someone removes it just now; whether it is sent before, nobody can say. */
  removing(data: number): void {
    this.#of(data).isDone = true;
  }

  /** Its removal was answered. */
  removed(data: number): void {
    this.#of(data).isOver = true;
  }

  /** All that was acknowledged has had the time to reach the disk. */
  harden(): void {
    for (const data of this.#soft) if (!this.#contested.has(data)) this.#of(data).isOver = true;
    this.#soft.clear();
  }

  /** What was acknowledged just before may come again. */
  crashed(): void {
    this.#soft.clear();
  }

  checkAllCame(): void {
    const missing = [...this.#known].filter(([, { isOwed, isDone }]) => isOwed && !isDone).map(([data]) => data);
    assert.equal(missing, [], `messages ${missing} were accepted and never came`);
  }

  get all(): number[] {
    return [...this.#known.keys()];
  }

  #of(data: number): Known {
    const known = this.#known.get(data) ?? { isOwed: false, isDone: false, isOver: false, sent: 0 };
    this.#known.set(data, known);
    return known;
  }
}
