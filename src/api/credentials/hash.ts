/** Hashes a password made by a person: `scrypt$N$r$p$salt$hash`, with a random salt. Takes some 30 ms off the main thread. */
export function hashPassword(_password: string): Promise<string> {
  throw new Error('not written yet');
}

/** A new key for a machine's Basic password: a recognisable prefix and more than 128 random bits. */
export function newKey(): string {
  throw new Error('not written yet');
}

/** Hashes a key made by `newKey`: `hmac$hash`. `secretHex` is the store's secret. */
export function hashKey(_key: string, _secretHex: string): string {
  throw new Error('not written yet');
}
