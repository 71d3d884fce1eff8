import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { delayFigures } from '../../../bench/storm/delay-figures.js';
import { basicOf, keyOf, subKeyOf } from '../../../bench/storm/fleet.js';
import { newKey } from '../../../src/api/credentials/hash.js';
import { isSubKey, newSubKey } from '../../../src/protocol/ids.js';

const test = suite('bench: storm');

test('keys and sub_keys of the fleet are as long as those that the server makes, and differ', () => {
  assert.is(keyOf(9_999).length, newKey().length);
  assert.is(subKeyOf(9_999).length, newSubKey().length);
  assert.ok(isSubKey(subKeyOf(0)));
  assert.is(new Set([0, 1, 31, 32, 9_999].map(subKeyOf)).size, 5);
});

test('a device signs in with its key or with the password of all', () => {
  const text = (basic: string) => Buffer.from(basic, 'base64').toString();
  assert.is(text(basicOf(7, 'keys')), `device-7:${keyOf(7)}`);
  assert.match(text(basicOf(7, 'passwords')), /^device-7:correct horse/);
});

test('figures are of the latencies, whatever their order, and of none there are none', () => {
  const latencies = Array.from({ length: 200 }, (_, index) => 199 - index);
  assert.equal(delayFigures(latencies), { p50_ms: 99, p99_ms: 197, max_ms: 199 });
  assert.equal(delayFigures([]), {});
});

test.run();
