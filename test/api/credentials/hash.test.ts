import { scryptSync } from 'node:crypto';
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  hashKey,
  hashPassword,
  isKeyHash,
  isPasswordHash,
  matchesKey,
  matchesPassword,
  newDecoy,
  newKey,
} from '../../../src/api/credentials/hash.js';

const test = suite('credentials: hash');
const secret = '5e'.repeat(32);

test('a password matches its own hash and no other does', async () => {
  const hash = await hashPassword('correct horse');
  assert.is(await matchesPassword('correct horse', hash), true);
  assert.is(await matchesPassword('correct horsf', hash), false);
  assert.is(await matchesPassword('', hash), false);
});

test('the hash says how it was made and differs each time', async () => {
  const [first, second] = await Promise.all([hashPassword('same'), hashPassword('same')]);
  assert.match(first, /^scrypt\$16384\$8\$1\$[\w-]{22}\$[\w-]{43}$/);
  assert.is.not(first, second);
});

test('a password matches however its accents were typed', async () => {
  const hash = await hashPassword('caf\u00e9');
  assert.is(await matchesPassword('cafe\u0301', hash), true);
});

test('a decoy has the form of a hash, so that checking it costs the same', () => {
  assert.match(newDecoy(), /^scrypt\$16384\$8\$1\$[\w-]{22}\$[\w-]{43}$/);
});

test('a dearer hash from elsewhere is understood, one of another form is not', async () => {
  const salt = Buffer.alloc(16).toString('base64url');
  const options = { N: 2 ** 15, r: 8, p: 1, maxmem: 2 ** 26 };
  const hash = scryptSync('secret', Buffer.alloc(16), 32, options).toString('base64url');
  assert.is(await matchesPassword('secret', `scrypt$32768$8$1$${salt}$${hash}`), true);
  for (const cost of ['1024$8$1', '16385$8$1', '1048576$8$1', '16384$9$1', '16384$8$2', '16384$8']) {
    assert.is(isPasswordHash(`scrypt$${cost}$${salt}$${hash}`), false, cost);
  }
  assert.is(await matchesPassword('secret', 'secret'), false);
});

test('a key is recognisable, selectable by a double click, and new each time', () => {
  const keys = new Set(Array.from({ length: 100 }, newKey));
  assert.is(keys.size, 100);
  for (const key of keys) assert.match(key, /^hfkey[0-9A-Za-z]{32}$/);
});

test('a key matches its own hash under its own secret only', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (key, other) => {
      const hash = hashKey(key, secret);
      assert.is(matchesKey(key, hash, secret), true);
      assert.is(matchesKey(key, hash, '00'.repeat(32)), false);
      assert.is(matchesKey(other, hash, secret), other === key);
    }),
  );
});

test('the two kinds of credential are told apart', async () => {
  assert.equal([isKeyHash(hashKey('a', secret)), isPasswordHash(hashKey('a', secret))], [true, false]);
  const hash = await hashPassword('a');
  assert.equal([isKeyHash(hash), isPasswordHash(hash)], [false, true]);
});

test.run();
