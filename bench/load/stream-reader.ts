/**
 * Reads one packet that begins at `at` in `bytes`, of which the first `length` are filled, and answers where it ends,
 * or `incomplete`. The bytes are valid until it returns.
 */
export type ReadPacket = (bytes: Buffer, at: number, length: number) => number;

export const incomplete = -1;

/**
 * Cuts a stream into packets where they lie. Only a packet that is cut by the end of a chunk is copied, so that the
 * generator's own cost stays far below the server's.
 */
export class StreamReader {
  readonly #readPacket: ReadPacket;
  #held: Buffer = Buffer.allocUnsafe(4_096);
  #heldBytes = 0;

  constructor(readPacket: ReadPacket) {
    this.#readPacket = readPacket;
  }

  /** Takes the next bytes of the stream; `chunk` may be reused after the call. */
  push(chunk: Buffer): void {
    if (this.#heldBytes === 0) {
      this.#hold(chunk, this.#read(chunk, chunk.length));
      return;
    }
    this.#hold(chunk, 0);
    const consumed = this.#read(this.#held, this.#heldBytes);
    if (consumed > 0) this.#held.copyWithin(0, consumed, this.#heldBytes);
    this.#heldBytes -= consumed;
  }

  #read(bytes: Buffer, length: number): number {
    let at = 0;
    while (at < length) {
      const end = this.#readPacket(bytes, at, length);
      if (end === incomplete) break;
      at = end;
    }
    return at;
  }

  #hold(chunk: Buffer, from: number): void {
    const needed = this.#heldBytes + chunk.length - from;
    if (needed > this.#held.length) {
      const larger = Buffer.allocUnsafe(Math.max(needed, this.#held.length * 2));
      this.#held.copy(larger, 0, 0, this.#heldBytes);
      this.#held = larger;
    }
    chunk.copy(this.#held, this.#heldBytes, from);
    this.#heldBytes = needed;
  }
}
