/** A peer that has more to read than it should. */
export interface Congested {
  /** Bytes that the kernel has taken so far: they rise as long as the peer reads. */
  readonly bytesTaken: number;
  /** Gives the peer up. */
  dropStalled(): void;
}

/** Watches the few peers that do not keep up, and gives up those that read nothing for `stalledMsMax`. */
export class Stalls {
  readonly #stalledMsMax: number;
  readonly #watched = new Map<Congested, { bytesTaken: number; stalledMs: number }>();

  constructor(stalledMsMax: number) {
    this.#stalledMsMax = stalledMsMax;
  }

  watch(peer: Congested): void {
    if (!this.#watched.has(peer)) this.#watched.set(peer, { bytesTaken: peer.bytesTaken, stalledMs: 0 });
  }

  /** True if it was watched. */
  forget(peer: Congested): boolean {
    return this.#watched.delete(peer);
  }

  /** `elapsedMs`: since the last tick. */
  tick(elapsedMs: number): void {
    for (const [peer, seen] of this.#watched) {
      const { bytesTaken } = peer;
      seen.stalledMs = bytesTaken === seen.bytesTaken ? seen.stalledMs + elapsedMs : 0;
      seen.bytesTaken = bytesTaken;
      if (seen.stalledMs < this.#stalledMsMax) continue;
      this.#watched.delete(peer);
      peer.dropStalled();
    }
  }
}
