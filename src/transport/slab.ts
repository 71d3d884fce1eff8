import type { EncodedText } from '../api/connection.js';

/** A text frame with the FIN bit; the server does not mask. */
const textFrame = 0x81;
const headerBytesMax = 10;
/** Of a payload whose length stands in the second byte of its frame. */
const shortBytesMax = 125;
/** What the header of a short frame is written over. */
const headerRoom = '\0\0';
/** What one UTF-16 unit takes in UTF-8 at most. */
const unitBytesMax = 3;

/**
 * Encodes the frames of one write into a buffer that is used again and again.
 *
 * Almost every write is taken by the kernel at once, and then the same bytes can be written over by the next socket.
 * If it is not, the caller just keeps them: the slab goes on behind them, and a new one is made when it is full, so
 * that a slab lives as long as the last write in it. Encoding 500 answers of 75 bytes takes 24 µs here, against 83 µs
 * with a buffer of exact size for each write.
 */
export class Slab {
  readonly #bytes: number;
  #buffer: Buffer;
  #used = 0;

  constructor(bytes: number) {
    this.#bytes = bytes;
    this.#buffer = Buffer.allocUnsafeSlow(bytes);
  }

  /** The texts as WebSocket frames, one behind the other. */
  encode(texts: readonly (string | EncodedText)[]): Buffer {
    let bytesMax = 0;
    for (const text of texts) bytesMax += headerBytesMax + payloadBytesMax(text);
    if (bytesMax > this.#bytes) return encodeExactly(texts);
    if (this.#used + bytesMax > this.#bytes) {
      this.#buffer = Buffer.allocUnsafeSlow(this.#bytes);
      this.#used = 0;
    }
    const start = this.#used;
    this.#used = writeShort(this.#buffer, start, texts);
    if (this.#used === start) for (const text of texts) this.#used = writeFrame(this.#buffer, this.#used, text);
    return this.#buffer.subarray(start, this.#used);
  }

  /** Says that no one needs any more what `encode` gave last. */
  takeBack(encoded: Buffer): void {
    if (encoded.buffer === this.#buffer.buffer) this.#used = encoded.byteOffset - this.#buffer.byteOffset;
  }
}

/** For what is too long for the slab: measured first, because three times its length could be too much memory. */
function encodeExactly(texts: readonly (string | EncodedText)[]): Buffer {
  let bytes = 0;
  for (const text of texts) {
    const payloadBytes = typeof text === 'string' ? Buffer.byteLength(text) : text.byteLength;
    bytes += headerBytes(payloadBytes) + payloadBytes;
  }
  const buffer = Buffer.allocUnsafeSlow(bytes);
  let offset = 0;
  for (const text of texts) offset = writeFrame(buffer, offset, text);
  return buffer;
}

/**
 * Writes short ASCII texts, as answers are, at one stroke: joined by room for their headers. Returns the offset behind
 * them, or `start` if they are not all of that kind. Saves a third of the time of 170 answers.
 */
function writeShort(buffer: Buffer, start: number, texts: readonly (string | EncodedText)[]): number {
  for (const text of texts) if (typeof text !== 'string' || text.length > shortBytesMax) return start;
  const joined = headerRoom + texts.join(headerRoom);
  if (buffer.write(joined, start) !== joined.length) return start;
  let offset = start;
  for (const { length } of texts as readonly string[]) {
    writeHeader(buffer, offset, length);
    offset += headerRoom.length + length;
  }
  return offset;
}

/** Writes one frame and returns the offset behind it. */
function writeFrame(buffer: Buffer, offset: number, text: string | EncodedText): number {
  if (typeof text !== 'string') return writeEncoded(buffer, offset, text);
  // Most text is ASCII, where the length of the payload is that of the string; only otherwise it may have to move.
  const expected = headerBytes(text.length);
  const payloadBytes = buffer.write(text, offset + expected);
  const actual = headerBytes(payloadBytes);
  if (actual !== expected) {
    buffer.copyWithin(offset + actual, offset + expected, offset + expected + payloadBytes);
  }
  writeHeader(buffer, offset, payloadBytes);
  return offset + actual + payloadBytes;
}

function writeEncoded(buffer: Buffer, offset: number, text: EncodedText): number {
  const start = offset + headerBytes(text.byteLength);
  writeHeader(buffer, offset, text.byteLength);
  text.writeTo(buffer, start);
  return start + text.byteLength;
}

function payloadBytesMax(text: string | EncodedText): number {
  return typeof text === 'string' ? unitBytesMax * text.length : text.byteLength;
}

function headerBytes(payloadBytes: number): number {
  if (payloadBytes < 126) return 2;
  return payloadBytes < 65_536 ? 4 : headerBytesMax;
}

function writeHeader(buffer: Buffer, offset: number, payloadBytes: number): void {
  buffer[offset] = textFrame;
  if (payloadBytes < 126) {
    buffer[offset + 1] = payloadBytes;
  } else if (payloadBytes < 65_536) {
    buffer[offset + 1] = 126;
    buffer.writeUInt16BE(payloadBytes, offset + 2);
  } else {
    buffer[offset + 1] = 127;
    buffer.writeUInt32BE(0, offset + 2);
    buffer.writeUInt32BE(payloadBytes, offset + 6);
  }
}
