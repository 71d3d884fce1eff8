import { Slab } from './slab.js';

/** Something that has frames to write at the end of this turn of the event loop. */
export interface Sender {
  /** Writes what it has. The slab is to be used within the call only. */
  flush(slab: Slab): void;
}

/**
 * One write per socket per turn: a system call costs as much as several hundred small frames, so what the sockets have
 * to say waits until everything that came in in this turn has been looked at. One `setImmediate` serves all sockets.
 */
export class Outbox {
  readonly #slab: Slab;
  #senders: Sender[] = [];
  readonly #flush = () => this.#flushAll();

  constructor(slabBytes: number) {
    this.#slab = new Slab(slabBytes);
  }

  /** To be called once a turn by each sender that has something. */
  add(sender: Sender): void {
    if (this.#senders.length === 0) setImmediate(this.#flush);
    this.#senders.push(sender);
  }

  /** For what must leave before the end of the turn: a close. */
  flushNow(sender: Sender): void {
    sender.flush(this.#slab);
  }

  #flushAll(): void {
    const senders = this.#senders;
    this.#senders = [];
    for (const sender of senders) sender.flush(this.#slab);
  }
}
