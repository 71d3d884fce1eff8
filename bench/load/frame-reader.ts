import { type FrameKind, frameKind } from './frame.js';

/** One frame: its payload lies in `bytes` from `start` to before `end`, and only until the call returns. */
export type ReceiveFrame = (kind: FrameKind, bytes: Buffer, start: number, end: number) => void;

/**
 * Finds the frames in what a server sends. Whole frames are handed on where they lie; only a frame that is cut by
 * the end of a chunk is copied, so that the generator's own cost stays far below the server's.
 */
export class FrameReader {
  readonly #receive: ReceiveFrame;
  #held: Buffer = Buffer.allocUnsafe(4_096);
  #heldBytes = 0;

  constructor(receive: ReceiveFrame) {
    this.#receive = receive;
  }

  /** Takes the next bytes of the stream; `chunk` may be reused after the call. */
  push(chunk: Buffer): void {
    if (this.#heldBytes === 0) {
      this.#hold(chunk, this.#read(chunk, chunk.length));
      return;
    }
    this.#hold(chunk, 0);
    const held = this.#held;
    const consumed = this.#read(held, this.#heldBytes);
    if (consumed > 0) held.copyWithin(0, consumed, this.#heldBytes);
    this.#heldBytes -= consumed;
  }

  /** Reads whole frames from the start of `bytes` and answers how many bytes they took. */
  #read(bytes: Buffer, length: number): number {
    let at = 0;
    while (length - at >= 2) {
      const size = bytes[at + 1]!;
      if (size > 127) throw new Error('A server must not mask its frames');
      const headerBytes = size < 126 ? 2 : size === 126 ? 4 : 10;
      if (length - at < headerBytes) break;
      const start = at + headerBytes;
      const end = start + payloadBytes(bytes, at, size);
      if (end > length) break;
      this.#receive(frameKind(bytes[at]!), bytes, start, end);
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

function payloadBytes(bytes: Buffer, at: number, size: number): number {
  if (size < 126) return size;
  return size === 126 ? bytes.readUInt16BE(at + 2) : Number(bytes.readBigUInt64BE(at + 2));
}
