import { createHmac, randomBytes } from 'node:crypto';
import type { Limits } from '../../protocol/limits.js';
import type { Identity } from '../connection.js';
import { hashPassword, isKeyHash, matchesKey, matchesPassword, newDecoy } from './hash.js';
import { Remembered } from './remembered.js';
import { type Place, Turnstile } from './turnstile.js';

/** What is stored of an endpoint that may sign in. `credential` comes from `hashPassword` or `hashKey`. */
export interface StoredCredential extends Identity {
  credential: string;
}

export interface CredentialsOptions {
  /** The store's secret, as hex. */
  secret: string;
  find(username: string): StoredCredential | undefined;
  limits: Pick<
    Limits,
    | 'username_bytes_max'
    | 'password_bytes_max'
    | 'scrypt_at_once_max'
    | 'scrypt_waiting_max'
    | 'scrypt_wait_ms_max'
    | 'verified_passwords_max'
    | 'refused_passwords_max'
  >;
  /** Milliseconds of a clock that does not go back. */
  now?(): number;
  /** Calls `ring` after so many milliseconds, unless the function that it returns was called before. */
  after?(ms: number, ring: () => void): () => void;
  /** Checks a password against what `hashPassword` made; for tests that count hashes. */
  matches?(password: string, credential: string): Promise<boolean>;
}

/**
 * Checks names and passwords, and gives nothing away while doing so.
 *
 * 1. Every wrong answer costs one scrypt, whether the endpoint exists, has a key instead of a password, or not.
 * 2. An outcome is remembered under an HMAC of name, password and stored credential, with a key that dies with the
 *    process. A changed credential therefore finds nothing remembered; and a wrong password, which stays wrong as long
 *    as the credential is the same, is remembered too, so that a client that retries it in a loop costs no hashing.
 * 3. Wrong passwords and right ones are remembered apart, and no one is locked out: guesses at an endpoint can neither
 *    push out its right password nor count against it.
 * 4. Ten thousand clients of one endpoint that come back at once share a single hash.
 * 5. Ten thousand endpoints that come back at once to a server that remembers nothing cost a hash each, and no more:
 *    whoever is told to come again has its check done in its turn meanwhile, and finds the outcome remembered.
 */
export class Credentials {
  readonly #options: CredentialsOptions;
  readonly #matches: (password: string, credential: string) => Promise<boolean>;
  readonly #processKey = randomBytes(32);
  readonly #decoy = newDecoy();
  readonly #right: Remembered;
  readonly #wrong: Remembered;
  readonly #underway = new Map<string, Place<boolean>>();
  readonly #turnstile: Turnstile;

  constructor(options: CredentialsOptions) {
    const { limits } = options;
    this.#options = options;
    this.#matches = options.matches ?? matchesPassword;
    this.#right = new Remembered(limits.verified_passwords_max);
    this.#wrong = new Remembered(limits.refused_passwords_max);
    this.#turnstile = new Turnstile({
      atOnceMax: limits.scrypt_at_once_max,
      waitingMax: limits.scrypt_waiting_max,
      waitMsMax: limits.scrypt_wait_ms_max,
      now: options.now ?? (() => performance.now()),
      after: options.after ?? startTimer,
    });
  }

  /**
   * The endpoint with this name and password, or null. Throws `overloaded`, with `retry_after` in seconds, if there are
   * so many to be checked that it would take too long to wait for it.
   */
  async verify(username: string, password: string): Promise<Identity | null> {
    const { find, limits } = this.#options;
    if (Buffer.byteLength(username) > limits.username_bytes_max) return null;
    if (Buffer.byteLength(password) > limits.password_bytes_max) return null;
    const credential = find(username)?.credential;
    if (!(await this.#check(username, password, credential ?? this.#decoy))) return null;
    // The check took its time: what it checked against must still be what is stored.
    const stored = find(username);
    if (stored === undefined || stored.credential !== credential) return null;
    return { endpointId: stored.endpointId, username: stored.username };
  }

  /** Hashes a new password, in its turn with those that are checked. Throws `overloaded` if too many wait. */
  hashNew(password: string): Promise<string> {
    return this.#turnstile.pass(() => hashPassword(password));
  }

  /** Drops what is remembered of an endpoint; to be called when its credential changes or it is deleted. */
  forget(username: string): void {
    this.#right.forget(username);
    this.#wrong.forget(username);
  }

  #check(username: string, password: string, credential: string): boolean | Promise<boolean> {
    const isKey = isKeyHash(credential);
    if (isKey && matchesKey(password, credential, this.#options.secret)) return true;
    const digest = this.#digest(username, password, credential);
    if (this.#right.has(digest)) return true;
    if (this.#wrong.has(digest)) return false;
    const checked = isKey ? this.#decoy : credential;
    return this.#turnstile.wait(this.#underway.get(digest) ?? this.#enter(digest, username, password, checked));
  }

  #enter(digest: string, username: string, password: string, credential: string): Place<boolean> {
    const place = this.#turnstile.enter(async () => {
      const isRight = await this.#matches(password, credential);
      (isRight ? this.#right : this.#wrong).add(digest, username);
      return isRight;
    });
    this.#underway.set(digest, place);
    const forget = () => this.#underway.delete(digest);
    place.result.then(forget, forget);
    return place;
  }

  #digest(username: string, password: string, credential: string): string {
    const text = JSON.stringify([username, password, credential]);
    return createHmac('sha256', this.#processKey).update(text).digest('base64url');
  }
}

function startTimer(ms: number, ring: () => void): () => void {
  const timer = setTimeout(ring, ms).unref();
  return () => clearTimeout(timer);
}
