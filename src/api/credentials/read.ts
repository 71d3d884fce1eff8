import type { IncomingHttpHeaders } from 'node:http';
import { parse } from 'basic-auth';

/** A browser cannot set `Authorization` on a WebSocket, so it offers `holdfast.basic.<base64url(username:password)>`. */
export const basicSubprotocolPrefix = 'holdfast.basic.';

export interface UsernamePassword {
  username: string;
  password: string;
}

/** Credentials of a request: from `Authorization: Basic …`, or from the subprotocol `holdfast.basic.…`; null without. */
export function readCredentials(headers: IncomingHttpHeaders): UsernamePassword | null {
  const basic = headers.authorization === undefined ? undefined : parse(headers.authorization);
  if (basic !== undefined) return { username: basic.name, password: basic.pass };
  for (const offer of (headers['sec-websocket-protocol'] ?? '').split(',')) {
    const protocol = offer.trim();
    if (protocol.startsWith(basicSubprotocolPrefix)) return decode(protocol.slice(basicSubprotocolPrefix.length));
  }
  return null;
}

function decode(base64url: string): UsernamePassword | null {
  const text = Buffer.from(base64url, 'base64url').toString();
  const colon = text.indexOf(':');
  return colon === -1 ? null : { username: text.slice(0, colon), password: text.slice(colon + 1) };
}
