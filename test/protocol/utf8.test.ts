import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { utf8Bytes } from '../../src/protocol/utf8.js';

const test = suite('utf8');

test('counts what an encoder writes, for any text, also with halves of surrogate pairs', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), text => utf8Bytes(text) === Buffer.byteLength(text)));
  assert.is(utf8Bytes('a\ud800b\udc00'), 8);
});

test('counts texts that are longer than its buffer', () => {
  for (const unit of ['a', 'é', '→', '😀', '\ud800']) {
    for (const length of [65_535, 65_536, 65_537, 200_001]) {
      const text = `x${unit.repeat(length)}`;
      assert.is(utf8Bytes(text), Buffer.byteLength(text), `${length} of ${JSON.stringify(unit)}`);
    }
  }
});

test.run();
