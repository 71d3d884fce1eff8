import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Slab } from '../../src/transport/slab.js';
import { readFrames } from './frames.js';

const test = suite('slab');

/** Texts of one, two, three and four bytes to a character, halved pairs, and lengths around those of the headers. */
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 150 }).map(units => String.fromCharCode(...units)),
  fc
    .tuple(fc.constantFrom('a', 'é', '€', '😀'), fc.constantFrom(41, 42, 62, 63, 124, 125, 126, 21_845, 65_535, 65_536))
    .map(([character, length]) => character.repeat(length)),
);

/** Of all kinds, or short and ASCII as answers are. */
const texts = fc.oneof(fc.array(text, { maxLength: 5 }), fc.array(fc.string({ maxLength: 126 }), { maxLength: 20 }));

test('what comes out are the texts that went in, as unmasked text frames', () => {
  fc.assert(
    fc.property(texts, fc.constantFrom(256, 4096, 1 << 20), (texts, bytes) => {
      const frames = readFrames(new Slab(bytes).encode(texts));
      assert.equal(
        frames.map(frame => frame.payload.toString()),
        // UTF-8 has no halves of pairs.
        texts.map(each => Buffer.from(each).toString()),
      );
      assert.ok(frames.every(({ opcode, isFinal }) => opcode === 1 && isFinal));
    }),
    { numRuns: 300 },
  );
});

test('the reader of these tests notices a frame that is not whole', () => {
  const encoded = new Slab(1024).encode(['whole']);
  assert.throws(() => readFrames(encoded.subarray(0, -1)), /ends behind the last byte/);
});

test('what was not taken back stays as it was, however much is encoded after it', () => {
  const write = fc.record({ texts, isTaken: fc.boolean() });
  fc.assert(
    fc.property(fc.array(write, { maxLength: 30 }), writes => {
      const slab = new Slab(2048);
      const kept: { encoded: Buffer; copy: Buffer }[] = [];
      for (const { texts, isTaken } of writes) {
        const encoded = slab.encode(texts);
        if (isTaken) slab.takeBack(encoded);
        else kept.push({ encoded, copy: Buffer.from(encoded) });
      }
      for (const { encoded, copy } of kept) assert.ok(encoded.equals(copy));
    }),
  );
});

test('what was taken back is written over', () => {
  const slab = new Slab(1024);
  const first = slab.encode(['first']);
  slab.takeBack(first);
  slab.encode(['other']);
  assert.is(readFrames(first)[0]!.payload.toString(), 'other');
});

test.run();
