import type { IncomingHttpHeaders } from 'node:http';
import { AddressRefused } from './guarded-lookup.js';
import { retryAfterSec } from './retry-after.js';

/** What became of a request. */
export type Outcome =
  | { kind: 'accepted' }
  /** The receiver had the request and did not accept it. */
  | { kind: 'failed'; error: string; retryAfterSec?: number }
  /** It cannot be told that anybody had it. `again`: the connection was an old one, so that a new one is worth a try. */
  | { kind: 'unreachable'; error: string; again: boolean };

const shownCharsMax = 200;

/** What a status other than 2xx comes to. `text`: how the body of the response begins. */
export function failureOf(
  status: number,
  headers: IncomingHttpHeaders,
  text: string,
  now: { nowMs: number; retryAfterSecMax: number },
): Outcome {
  if (status >= 300 && status < 400) {
    const to = headers.location === undefined ? '' : ` to ${shown(headers.location)}`;
    return {
      kind: 'failed',
      error: `HTTP ${status}: redirects${to} are not followed, the route needs the last address`,
    };
  }
  const said = shown(text);
  const error = `HTTP ${status}${said === '' ? '' : `: ${said}`}`;
  const asks = status === 429 || status === 503;
  const sec = asks ? retryAfterSec(headers['retry-after'], now.nowMs, now.retryAfterSecMax) : undefined;
  return sec === undefined ? { kind: 'failed', error } : { kind: 'failed', error, retryAfterSec: sec };
}

/**
 * What an error comes to that ended a request before its response: the name was not resolved, the connection not made
 * or cut. `isReused`: it was sent on a connection that had been open since an earlier one.
 */
export function breakOf(error: Error & { code?: string; errors?: Error[] }, isReused: boolean): Outcome {
  if (error instanceof AddressRefused) return { kind: 'unreachable', error: error.message, again: false };
  const { code = '' } = error;
  if (code.startsWith('HPE_')) return { kind: 'failed', error: `answered what is no HTTP response (${code})` };
  // Several addresses of a name were tried.
  const messages = error.errors?.map(one => one.message) ?? [error.message];
  const again = isReused && (code === 'ECONNRESET' || code === 'EPIPE');
  return { kind: 'unreachable', error: shown(messages.join('; ')) || code, again };
}

/** One line of text that is fit to be stored and shown. */
function shown(text: string): string {
  const line = [...text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Z}]+/gu, ' ').trim()];
  return line.length > shownCharsMax ? `${line.slice(0, shownCharsMax).join('')}…` : line.join('');
}
