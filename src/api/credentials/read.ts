import type { IncomingHttpHeaders } from 'node:http';

export interface UsernamePassword {
  username: string;
  password: string;
}

/** Credentials of a request: from `Authorization: Basic …`, or from the subprotocol `holdfast.basic.…`; null without. */
export function readCredentials(_headers: IncomingHttpHeaders): UsernamePassword | null {
  throw new Error('not written yet');
}
