import type { Topic } from '../topics/topic.js';

/** That nothing of a topic can be swept until one of some subscriptions moves. */
export interface Hold {
  readonly topic: Topic;
  subIds: readonly number[];
}

/**
 * Who holds which topic back. Remembered are one or a few subscriptions of each topic that has messages, whatever the
 * number of those who are owed them; who of these has moved is noted as it is committed.
 */
export class Witnesses {
  readonly #holds = new Map<number, Set<Hold>>();
  #moved = new Set<number>();
  /** A page is being read: who moves now may stand in it as before. */
  #isReading = false;
  #haveAllMoved = false;

  get haveMoved(): boolean {
    return this.#haveAllMoved || this.#moved.size > 0;
  }

  /** Replaces what the hold said before. */
  hold(hold: Hold, subIds: readonly number[]): void {
    this.#release(hold);
    hold.subIds = subIds;
    for (const subId of subIds) {
      const holds = this.#holds.get(subId);
      if (holds) holds.add(hold);
      else this.#holds.set(subId, new Set([hold]));
    }
  }

  async reading<T>(read: Promise<T>): Promise<T> {
    this.#isReading = true;
    try {
      return await read;
    } finally {
      this.#isReading = false;
    }
  }

  /** What the subscription has settled, or what it may see, is another on disk now. */
  move(subId: number): void {
    if (this.#isReading || this.#holds.has(subId)) this.#moved.add(subId);
  }

  moveAll(): void {
    this.#haveAllMoved = true;
  }

  /** The holds whose subscriptions moved since the last call: they hold no more. */
  takeMoved(): Hold[] {
    const subIds = this.#haveAllMoved ? [...this.#holds.keys()] : this.#moved;
    this.#moved = new Set();
    this.#haveAllMoved = false;
    const released = new Set<Hold>();
    for (const subId of subIds) for (const hold of this.#holds.get(subId) ?? []) released.add(hold);
    for (const hold of released) this.#release(hold);
    return [...released];
  }

  #release(hold: Hold): void {
    for (const subId of hold.subIds) {
      const holds = this.#holds.get(subId);
      holds?.delete(hold);
      if (holds?.size === 0) this.#holds.delete(subId);
    }
    hold.subIds = [];
  }
}
