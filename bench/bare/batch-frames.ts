/** Frames of several messages, encoded once for everyone, with gaps where the key of each subscription goes. */

const textFrame = 0x81;
const keyBytes = 26;
const keyGap = '-'.repeat(keyBytes);

/** The secret key of a subscription, of the same length for all. */
export function subKey(index: number): Buffer {
  return Buffer.from(`zpsk${String(index).padStart(keyBytes - 4, '0')}`);
}

export interface SharedFrames {
  bytes: Buffer;
  /** Where in `bytes` the key of the subscription is missing. */
  gaps: number[];
}

/** One frame with one deliver of all messages, which are the members of each as JSON text without braces. */
function encodeFrame(id: number, members: readonly string[]): SharedFrames {
  const messages = members.map(text => `{${text},"delivery_count":1,"sub_key":"${keyGap}"}`).join(',');
  const params = `{"sub_key":"${keyGap}","messages":[${messages}]}`;
  const payload = Buffer.from(`{"jsonrpc":"2.0","id":${id},"method":"deliver","params":${params}}`);
  const header = payload.length < 65_536 ? Buffer.alloc(4) : Buffer.alloc(10);
  header[0] = textFrame;
  if (header.length === 4) {
    header[1] = 126;
    header.writeUInt16BE(payload.length, 2);
  } else {
    header[1] = 127;
    header.writeBigUInt64BE(BigInt(payload.length), 2);
  }
  const bytes = Buffer.concat([header, payload]);
  const gaps: number[] = [];
  for (let at = bytes.indexOf(keyGap); at !== -1; at = bytes.indexOf(keyGap, at + keyBytes)) gaps.push(at);
  return { bytes, gaps };
}

/** As many frames as the messages need, in one piece. Ids count on from `firstId`. */
export function encodeFrames(firstId: number, members: readonly string[], messagesPerFrame: number): SharedFrames {
  const parts: Buffer[] = [];
  const gaps: number[] = [];
  let length = 0;
  for (let from = 0; from < members.length; from += messagesPerFrame) {
    const frame = encodeFrame(firstId + parts.length, members.slice(from, from + messagesPerFrame));
    for (const gap of frame.gaps) gaps.push(length + gap);
    parts.push(frame.bytes);
    length += frame.bytes.length;
  }
  return { bytes: Buffer.concat(parts), gaps };
}

/** The frames for one subscriber: one copy, and its key in every gap. */
export function withKey(shared: SharedFrames, key: Buffer): Buffer {
  const frames = Buffer.allocUnsafe(shared.bytes.length);
  shared.bytes.copy(frames);
  for (const gap of shared.gaps) key.copy(frames, gap);
  return frames;
}
