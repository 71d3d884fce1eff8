/** A peer that has to show from time to time that it is there. */
export interface Beating {
  ping(): void;
  /** Drops the peer if nothing was heard of it since `ping`. */
  checkPong(): void;
}

export interface HeartbeatOptions {
  pingIntervalMs: number;
  /** Less than `pingIntervalMs`. */
  pongWaitMs: number;
  tickMs: number;
}

/**
 * A wheel with a slot for each tick of the ping interval. Peers are dealt to the slots in turn, so that those who
 * connected in the same second are not pinged in the same second for ever, and no peer needs a timer.
 */
export class Heartbeat<Peer extends Beating> {
  readonly #slots: Set<Peer>[];
  readonly #pongTicks: number;
  #now = 0;
  #next = 0;

  constructor({ pingIntervalMs, pongWaitMs, tickMs }: HeartbeatOptions) {
    const slots = Math.max(2, Math.round(pingIntervalMs / tickMs));
    this.#slots = Array.from({ length: slots }, () => new Set<Peer>());
    this.#pongTicks = Math.min(slots - 1, Math.max(1, Math.round(pongWaitMs / tickMs)));
  }

  add(peer: Peer): void {
    this.#slots[this.#next]!.add(peer);
    this.#next = (this.#next + 1) % this.#slots.length;
  }

  remove(peer: Peer): void {
    for (const slot of this.#slots) if (slot.delete(peer)) return;
  }

  /** Pings the peers whose turn it is, after it has checked those who were pinged `pongWaitMs` ago. */
  tick(): void {
    const pinged = (this.#now + this.#slots.length - this.#pongTicks) % this.#slots.length;
    for (const peer of this.#slots[pinged]!) peer.checkPong();
    for (const peer of this.#slots[this.#now]!) peer.ping();
    this.#now = (this.#now + 1) % this.#slots.length;
  }

  /** All peers. */
  *[Symbol.iterator](): Iterator<Peer> {
    for (const slot of this.#slots) yield* slot;
  }
}
