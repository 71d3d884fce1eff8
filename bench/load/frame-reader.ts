import { type FrameKind, frameKind } from './frame.js';
import { incomplete, StreamReader } from './stream-reader.js';

/** One frame: its payload lies in `bytes` from `start` to before `end`, and only until the call returns. */
export type ReceiveFrame = (kind: FrameKind, bytes: Buffer, start: number, end: number) => void;

/** Finds the frames in what a server sends, and hands them on where they lie. */
export class FrameReader {
  readonly #receive: ReceiveFrame;
  readonly #stream = new StreamReader((bytes, at, length) => this.#readFrame(bytes, at, length));

  constructor(receive: ReceiveFrame) {
    this.#receive = receive;
  }

  /** Takes the next bytes of the stream; `chunk` may be reused after the call. */
  push(chunk: Buffer): void {
    this.#stream.push(chunk);
  }

  #readFrame(bytes: Buffer, at: number, length: number): number {
    if (length - at < 2) return incomplete;
    const size = bytes[at + 1]!;
    if (size > 127) throw new Error('A server must not mask its frames');
    const start = at + (size < 126 ? 2 : size === 126 ? 4 : 10);
    if (start > length) return incomplete;
    const end = start + payloadBytes(bytes, at, size);
    if (end > length) return incomplete;
    this.#receive(frameKind(bytes[at]!), bytes, start, end);
    return end;
  }
}

function payloadBytes(bytes: Buffer, at: number, size: number): number {
  if (size < 126) return size;
  return size === 126 ? bytes.readUInt16BE(at + 2) : Number(bytes.readBigUInt64BE(at + 2));
}
