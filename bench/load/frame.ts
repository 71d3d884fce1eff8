/** The frames that a client writes. Each is masked, as RFC 6455 demands, with a mask that is never all zeros. */

const opcodes = { text: 0x1, binary: 0x2, close: 0x8, ping: 0x9, pong: 0xa } as const;

export type FrameKind = keyof typeof opcodes;

const final = 0x80;
const masked = 0x80;
const maskBytes = 4;

/**
 * One whole client frame. `ws` skips the unmasking when the mask is zero, which no real client's is: so a zero would
 * flatter the server. Any other constant costs the same as a random one.
 */
export function clientFrame(kind: FrameKind, payload: Buffer, mask = 0x9e3779b9): Buffer {
  const lengthBytes = payload.length < 126 ? 0 : payload.length < 65_536 ? 2 : 8;
  const frame = Buffer.allocUnsafe(2 + lengthBytes + maskBytes + payload.length);
  frame[0] = final | opcodes[kind];
  if (lengthBytes === 0) {
    frame[1] = masked | payload.length;
  } else if (lengthBytes === 2) {
    frame[1] = masked | 126;
    frame.writeUInt16BE(payload.length, 2);
  } else {
    frame[1] = masked | 127;
    frame.writeBigUInt64BE(BigInt(payload.length), 2);
  }
  const maskAt = 2 + lengthBytes;
  frame.writeUInt32BE(mask, maskAt);
  const start = maskAt + maskBytes;
  for (let index = 0; index < payload.length; index += 1) {
    frame[start + index] = payload[index]! ^ frame[maskAt + (index & 3)]!;
  }
  return frame;
}

export function textFrame(text: string): Buffer {
  return clientFrame('text', Buffer.from(text));
}

const kinds: (FrameKind | undefined)[] = [];
for (const kind of ['text', 'close', 'ping', 'pong'] as const) kinds[final | opcodes[kind]] = kind;

/** The kind of a server's frame by its first byte. A server of text frames has no reason to split one. */
export function frameKind(firstByte: number): FrameKind {
  const kind = kinds[firstByte];
  if (kind === undefined) throw new Error(`Unexpected frame with first byte 0x${firstByte.toString(16)}`);
  return kind;
}
