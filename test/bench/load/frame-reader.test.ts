import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { FrameReader } from '../../../bench/load/frame-reader.js';

function serverFrame(text: string): Buffer {
  const payload = Buffer.from(text);
  if (payload.length < 126) return Buffer.concat([Buffer.from([0x81, payload.length]), payload]);
  const header = Buffer.alloc(payload.length < 65_536 ? 4 : 10);
  header[0] = 0x81;
  header[1] = header.length === 4 ? 126 : 127;
  if (header.length === 4) header.writeUInt16BE(payload.length, 2);
  else header.writeBigUInt64BE(BigInt(payload.length), 2);
  return Buffer.concat([header, payload]);
}

/** Pushes through one buffer that is overwritten every time, as the sockets do. */
function readInChunks(stream: Buffer, chunkBytes: number[]): string[] {
  const texts: string[] = [];
  const reader = new FrameReader((kind, bytes, start, end) => {
    assert.is(kind, 'text');
    texts.push(bytes.toString('utf8', start, end));
  });
  const reused = Buffer.alloc(stream.length);
  for (let at = 0, turn = 0; at < stream.length; turn += 1) {
    const taken = stream.copy(reused, 0, at, at + chunkBytes[turn % chunkBytes.length]!);
    reader.push(reused.subarray(0, taken));
    reused.fill(0xff);
    at += taken;
  }
  return texts;
}

const reader = suite('bench frame reader');

reader('finds the same frames however the stream is cut', () => {
  const text = fc.integer({ min: 0, max: 70_000 }).map(length => 'holdfast'.repeat(length / 8 + 1).slice(0, length));
  const chunks = fc.array(fc.integer({ min: 1, max: 9_000 }), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(fc.array(text, { maxLength: 6 }), chunks, (texts, chunkBytes) => {
      assert.equal(readInChunks(Buffer.concat(texts.map(serverFrame)), chunkBytes), texts);
    }),
    { numRuns: 50 },
  );
});

reader('finds frames that come a byte at a time', () => {
  const texts = ['', 'a', 'b'.repeat(126), 'c'];
  assert.equal(readInChunks(Buffer.concat(texts.map(serverFrame)), [1]), texts);
});

reader('refuses a masked frame of a server', () => {
  const refusing = new FrameReader(() => undefined);
  assert.throws(() => refusing.push(Buffer.from([0x81, 0x80, 1, 2, 3, 4])), /must not mask/);
});

reader.run();
