export interface Frame {
  isFinal: boolean;
  opcode: number;
  payload: Buffer;
}

/** Reads unmasked WebSocket frames by the letter of RFC 6455. Throws if the last one is not whole. */
export function readFrames(bytes: Buffer): Frame[] {
  const frames: Frame[] = [];
  let offset = 0;
  while (offset < bytes.length) {
    const isFinal = (bytes[offset]! & 0x80) !== 0;
    const opcode = bytes[offset]! & 0x7f;
    let length = bytes.readUInt8(offset + 1);
    offset += 2;
    if (length === 126) {
      length = bytes.readUInt16BE(offset);
      offset += 2;
    } else if (length === 127) {
      length = Number(bytes.readBigUInt64BE(offset));
      offset += 8;
    }
    if (offset + length > bytes.length) throw new Error(`a frame of ${length} bytes ends behind the last byte`);
    frames.push({ isFinal, opcode, payload: bytes.subarray(offset, offset + length) });
    offset += length;
  }
  return frames;
}
