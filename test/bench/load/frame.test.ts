import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { clientFrame, frameKind, textFrame } from '../../../bench/load/frame.js';

/** The payload of a client frame, unmasked by the letter of RFC 6455. */
function decode(frame: Buffer): { firstByte: number; isMasked: boolean; payload: Buffer } {
  const size = frame[1]! & 0x7f;
  const at = size < 126 ? 2 : size === 126 ? 4 : 10;
  const length = size < 126 ? size : size === 126 ? frame.readUInt16BE(2) : Number(frame.readBigUInt64BE(2));
  const payload = Buffer.from(frame.subarray(at + 4));
  assert.is(payload.length, length);
  for (let index = 0; index < length; index += 1) payload[index]! ^= frame[at + (index % 4)]!;
  return { firstByte: frame[0]!, isMasked: frame[1]! >= 0x80, payload };
}

const frames = suite('bench frame');

frames('is masked and holds its text, at every boundary of the length', () => {
  for (const length of [0, 1, 125, 126, 127, 65_535, 65_536, 70_001]) {
    const text = 'abcdefg'.repeat(length / 7 + 1).slice(0, length);
    const { firstByte, isMasked, payload } = decode(textFrame(text));
    assert.is(firstByte, 0x81);
    assert.ok(isMasked);
    assert.is(payload.toString(), text);
  }
});

frames('holds any payload under any mask', () => {
  const mask = fc.integer({ min: 1, max: 0xffffffff });
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), mask, (payload, key) => {
      assert.equal(decode(clientFrame('pong', Buffer.from(payload), key)).payload, Buffer.from(payload));
    }),
  );
});

frames('knows the kinds of whole frames and refuses fragments and binary ones', () => {
  assert.equal([0x81, 0x88, 0x89, 0x8a].map(frameKind), ['text', 'close', 'ping', 'pong']);
  for (const firstByte of [0x01, 0x80, 0x82, 0xc1]) assert.throws(() => frameKind(firstByte), /Unexpected frame/);
});

frames.run();
