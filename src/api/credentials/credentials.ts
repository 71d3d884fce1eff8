import type { Limits } from '../../protocol/limits.js';
import type { Identity } from '../connection.js';

/** What is stored of an endpoint that may sign in. `credential` comes from `hashPassword` or `hashKey`. */
export interface StoredCredential extends Identity {
  credential: string;
}

export interface CredentialsOptions {
  /** The store's secret, as hex. */
  secret: string;
  find(username: string): StoredCredential | undefined;
  limits: Pick<Limits, 'scrypt_at_once_max' | 'scrypt_waiting_max'>;
}

export class Credentials {
  constructor(_options: CredentialsOptions) {}

  /** The endpoint with this name and password, or null. Throws `overloaded` if too many wait to be checked. */
  verify(_username: string, _password: string): Promise<Identity | null> {
    throw new Error('not written yet');
  }

  /** Drops what is remembered of an endpoint; to be called when its credential changes or it is deleted. */
  forget(_username: string): void {}
}
