import { createHmac, randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { customAlphabet } from 'nanoid';

/**
 * Two kinds of credential are stored. What people think up is guessable, so each guess has to be dear: scrypt. What
 * `newKey` makes cannot be guessed, so a plain HMAC will do and a fleet of machines signs in without burning the CPU.
 */

/** 16 MiB and some 30 ms for each hash. */
const cost = { N: 2 ** 14, r: 8, p: 1 };
/** A hash that comes from elsewhere may be up to eight times as dear. */
const hashForm = /^scrypt\$(16384|32768|65536|131072)\$8\$1\$([\w-]{22})\$([\w-]{43})$/;
const memoryBytesMax = 256 * 1024 * 1024;
const saltBytes = 16;
const hashBytes = 32;

/** Without `-` and `_`, so that a double click selects the key; 32 letters of 62 are 190 bits. */
const keyBody = customAlphabet('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz', 32);

/** Hashes a password made by a person: `scrypt$N$r$p$salt$hash`, with a random salt. Does not block the event loop. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(saltBytes);
  const hash = await derive(password, salt, cost.N);
  return formatHash(salt, hash);
}

/** A credential that nothing matches and that costs as much to check as a real one. */
export function newDecoy(): string {
  return formatHash(randomBytes(saltBytes), randomBytes(hashBytes));
}

/** A new key for a machine's Basic password: a recognisable prefix and more than 128 random bits. */
export function newKey(): string {
  return `hfkey${keyBody()}`;
}

/** Hashes a key made by `newKey`: `hmac$hash`. `secretHex` is the store's secret. */
export function hashKey(key: string, secretHex: string): string {
  return `hmac$${createHmac('sha256', Buffer.from(secretHex, 'hex')).update(key).digest('base64url')}`;
}

/** True for a credential that `hashKey` made. */
export function isKeyHash(credential: string): boolean {
  return credential.startsWith('hmac$');
}

/** True for what `hashPassword` makes, also at a higher cost. */
export function isPasswordHash(credential: string): boolean {
  return parseHash(credential) !== null;
}

export function matchesKey(key: string, credential: string, secretHex: string): boolean {
  const expected = Buffer.from(credential);
  const actual = Buffer.from(hashKey(key, secretHex));
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}

/** False also for a credential that is no password hash. */
export async function matchesPassword(password: string, credential: string): Promise<boolean> {
  const parsed = parseHash(credential);
  if (parsed === null) return false;
  return timingSafeEqual(parsed.hash, await derive(password, parsed.salt, parsed.N));
}

function formatHash(salt: Buffer, hash: Buffer): string {
  return `scrypt$${cost.N}$${cost.r}$${cost.p}$${salt.toString('base64url')}$${hash.toString('base64url')}`;
}

function parseHash(credential: string): { N: number; salt: Buffer; hash: Buffer } | null {
  const match = hashForm.exec(credential);
  if (match === null) return null;
  const [, N, salt, hash] = match as unknown as [string, string, string, string];
  return { N: Number(N), salt: Buffer.from(salt, 'base64url'), hash: Buffer.from(hash, 'base64url') };
}

/** One keyboard sends é as one code point and another as two: both are the same password (RFC 8265). */
function derive(password: string, salt: Buffer, N: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const options = { ...cost, N, maxmem: memoryBytesMax };
    scrypt(password.normalize('NFC'), salt, hashBytes, options, (error, hash) =>
      error ? reject(error) : resolve(hash),
    );
  });
}
