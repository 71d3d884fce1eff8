import type { IncomingMessage } from 'node:http';
import type { Identity } from '../api/connection.js';
import { readCredentials } from '../api/credentials/read.js';
import { HoldfastError } from '../protocol/errors.js';
import type { Access } from './access.js';
import { Refused } from './refused.js';

/** Checks names and passwords; `Credentials` is one. */
export interface Verifier {
  verify(username: string, password: string): Promise<Identity | null>;
}

/** What every request but those for health must pass: is it for us, may that page ask, and who asks? */
export class Admission {
  readonly #access: Access;
  readonly #verifier: Verifier;

  constructor(access: Access, verifier: Verifier) {
    this.#access = access;
    this.#verifier = verifier;
  }

  /** Throws `Refused` (421, 403). */
  checkSource({ headers }: IncomingMessage): void {
    if (!this.#access.knowsHost(headers.host)) {
      throw new Refused(421, 'The server is not known by this Host. Its operator can add it to allowed_hosts.');
    }
    if (!this.#access.allowsOrigin(headers.origin)) {
      throw new Refused(403, 'Pages of this Origin may not connect. The operator can add it to allowed_origins.');
    }
  }

  /** Throws `Refused` (401, 503). */
  async authenticate({ headers }: IncomingMessage): Promise<Identity> {
    const credentials = readCredentials(headers);
    if (credentials === null) throw Refused.unauthorized('Send a username and a password with Basic Auth.');
    const identity = await this.#verify(credentials.username, credentials.password);
    if (identity === null) throw Refused.unauthorized('The username or the password is wrong.');
    return identity;
  }

  async #verify(username: string, password: string): Promise<Identity | null> {
    try {
      return await this.#verifier.verify(username, password);
    } catch (error) {
      throw error instanceof HoldfastError ? Refused.from(error) : error;
    }
  }
}
