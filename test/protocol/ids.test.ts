import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { isMessageId, isSubKey, MessageIds, newMessageId, newSubKey } from '../../src/protocol/ids.js';

const test = suite('ids');
const secret = '00112233445566778899aabbccddeeff'.repeat(2);
const ids = new MessageIds(secret);
const position = fc.oneof(
  fc.maxSafeNat(),
  fc.nat({ max: 1_000 }),
  fc.constantFrom(2 ** 30, 2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1),
);

test('gives back the position of an id of its own', () => {
  fc.assert(fc.property(position, at => ids.decode(ids.encode(at)) === at));
});

test('makes ids of one form: zpsm and 24 digits and letters, never - or _', () => {
  fc.assert(fc.property(position, at => /^zpsm[0-9a-v]{24}$/.test(ids.encode(at)) && isMessageId(ids.encode(at))));
});

test('makes ids that sort as their positions do', () => {
  fc.assert(fc.property(position, position, (a, b) => ids.encode(a) < ids.encode(b) === a < b));
});

test('keeps the form it has, for ids that are on disk outlive the version that made them', () => {
  assert.equal(
    [0, 1, 123_456_789_012, 2 ** 53 - 1].map(at => ids.encode(at)),
    [
      'zpsm00000000000t25g0vdi0lud7',
      'zpsm00000000001adtaid9c63229',
      'zpsm0003iv9i6gk8kgsdbno4vg88',
      'zpsm7vvvvvvvvvvci5utfu19kvg8',
    ],
  );
});

test('does not take the id of another store for its own', () => {
  // Secrets that differ in one bit anywhere in the half that is used.
  for (let bit = 0; bit < 128; bit += 1) {
    const digit = bit >> 2;
    const flipped = (Number.parseInt(secret[digit]!, 16) ^ (1 << (bit & 3))).toString(16);
    const other = new MessageIds(secret.slice(0, digit) + flipped + secret.slice(digit + 1));
    for (const at of [0, 1, 5_000_000_000]) assert.is(ids.decode(other.encode(at)), null, `bit ${bit}`);
  }
});

test('does not take an id for its own that differs in a single character', () => {
  fc.assert(
    fc.property(
      position,
      fc.nat({ max: 27 }),
      fc.constantFrom(...'0123456789abcdefghijklmnopqrstuvwxyzV-é'),
      (at, place, other) => {
        const id = ids.encode(at);
        fc.pre(id[place] !== other);
        return ids.decode(id.slice(0, place) + other + id.slice(place + 1)) === null;
      },
    ),
    { numRuns: 2_000 },
  );
});

test('does not give out positions beyond those it takes', () => {
  assert.is(ids.decode(ids.encode(2 ** 53)), null);
});

test('does not take other texts for its own', () => {
  const id = ids.encode(7);
  for (const text of [
    '',
    'zpsm',
    id.slice(1),
    `${id}0`,
    id.toUpperCase(),
    ` ${id}`,
    `zpsk${id.slice(4)}`,
    `zpsm${'v'.repeat(24)}`,
  ]) {
    assert.is(ids.decode(text), null, text);
  }
});

/** Whether a change of one bit of the position changes some half of the 64 bits of the check, over many positions. */
function spreads(encode: (at: number) => string): boolean {
  let changed = 0;
  let compared = 0;
  for (let at = 1; at <= 200; at += 1) {
    for (let bit = 0; bit < 53; bit += 1) {
      const near = Number(BigInt(at * 40_507) ^ (1n << BigInt(bit)));
      changed += differingBits(encode(at * 40_507).slice(15), encode(near).slice(15));
      compared += 64;
    }
  }
  return Math.abs(changed / compared - 0.5) < 0.02;
}

function differingBits(a: string, b: string): number {
  let count = 0;
  for (let index = 0; index < a.length; index += 1) {
    let rest = Number.parseInt(a[index]!, 32) ^ Number.parseInt(b[index]!, 32);
    for (; rest > 0; rest >>= 1) count += rest & 1;
  }
  return count;
}

test('spreads each bit of the position over the whole check', () => {
  assert.ok(spreads(at => ids.encode(at)));
  assert.not(
    spreads(at => `zpsm00000000000${at.toString(32).padStart(13, '0')}`),
    'a check that is the position itself',
  );
});

test('refuses a secret that is too short or no hex', () => {
  for (const text of ['', '0'.repeat(31), `x${'0'.repeat(40)}`]) assert.throws(() => new MessageIds(text), RangeError);
});

test('makes ids for publishers that no store takes for its own', () => {
  for (let round = 0; round < 100; round += 1) {
    const id = newMessageId();
    assert.match(id, /^zpsm[0-9a-v]{26}$/);
    assert.ok(isMessageId(id));
    assert.is(ids.decode(id), null);
  }
});

test('makes sub_keys of 130 random bits', () => {
  const made = Array.from({ length: 1_000 }, newSubKey);
  assert.is(new Set(made).size, 1_000);
  for (const key of made) assert.match(key, /^zpsk[0-9a-v]{26}$/);
  for (let place = 4; place < 30; place += 1)
    assert.ok(new Set(made.map(key => key[place])).size > 20, `character ${place}`);
});

test('knows the form of both kinds, and takes a publisher’s own ids of visible ASCII', () => {
  for (const id of ['zpsm1', 'zpsm-order-17', 'zpsm.2026:a/b', `zpsm${'x'.repeat(196)}`])
    assert.is(isMessageId(id), true, id);
  for (const id of [
    'zpsm',
    '',
    'zpsk1',
    'ZPSM1',
    'xzpsm1',
    'zpsm a',
    'zpsm"',
    'zpsm\\',
    'zpsmé',
    'zpsm\n',
    `zpsm${'x'.repeat(197)}`,
  ]) {
    assert.is(isMessageId(id), false, id);
  }
  assert.is(isSubKey(newSubKey()), true);
  assert.is(isSubKey(newMessageId()), false);
});

test.run();
