import { clientFrame } from '../../load/frame.js';
import { incomplete, StreamReader } from '../../load/stream-reader.js';

/** How the bytes of a protocol travel: as they are, or in binary frames of WebSocket. */
export interface Framing {
  /** What is written to the socket for a packet. */
  wrap(packet: Buffer): Buffer;
  /** Takes what the socket brought. */
  push(chunk: Buffer): void;
}

export interface FramingOwner {
  /** The next bytes of the protocol; they may be reused after the call. */
  bytes(chunk: Buffer): void;
  /** Something that has to be written at once. */
  reply(bytes: Buffer): void;
}

export function plainFraming(owner: FramingOwner): Framing {
  return { wrap: packet => packet, push: chunk => owner.bytes(chunk) };
}

const continuation = 0x0;
const binary = 0x2;
const close = 0x8;
const ping = 0x9;
const pong = 0xa;

/** A packet may lie across frames, so their payloads are joined to one stream again. */
export function webSocketFraming(owner: FramingOwner): Framing {
  const receive = (opcode: number, payload: Buffer) => {
    if (opcode === binary || opcode === continuation) owner.bytes(payload);
    else if (opcode === ping) owner.reply(clientFrame('pong', payload));
    else if (opcode === close) throw new Error(`The broker closed: ${payload.toString('utf8', 2) || 'no reason'}`);
    else if (opcode !== pong) throw new Error(`Unexpected frame with opcode ${opcode}`);
  };
  const reader = new StreamReader((bytes, at, length) => {
    if (length - at < 2) return incomplete;
    const size = bytes[at + 1]!;
    const start = at + (size < 126 ? 2 : size === 126 ? 4 : 10);
    if (start > length) return incomplete;
    const payloadBytes =
      size < 126 ? size : size === 126 ? bytes.readUInt16BE(at + 2) : Number(bytes.readBigUInt64BE(at + 2));
    const end = start + payloadBytes;
    if (end > length) return incomplete;
    receive(bytes[at]! & 0x0f, bytes.subarray(start, end));
    return end;
  });
  return { wrap: packet => clientFrame('binary', packet), push: chunk => reader.push(chunk) };
}
