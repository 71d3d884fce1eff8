import { type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { newCid } from '../api/cid.js';
import type { HoldfastError } from '../protocol/errors.js';

const retryAfterSec = '5';

/** A request that gets no further than HTTP: an answer with a status other than 200. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly status: number;
  readonly headers: Record<string, string>;
  /** Further members of the body. */
  readonly details: Record<string, unknown>;

  constructor(
    status: number,
    message: string,
    more: { headers?: Record<string, string>; details?: Record<string, unknown> } = {},
  ) {
    super(message);
    this.status = status;
    this.headers = more.headers ?? {};
    this.details = more.details ?? {};
  }

  static unauthorized(message: string): Refused {
    return new Refused(401, message, { headers: { 'WWW-Authenticate': 'Basic realm="holdfast", charset="UTF-8"' } });
  }

  /** For what may work in a few seconds. */
  static unavailable(message: string): Refused {
    return new Refused(503, message, { headers: { 'Retry-After': retryAfterSec } });
  }

  static from(error: HoldfastError): Refused {
    const { retry_after } = error.details;
    const headers = typeof retry_after === 'number' ? { 'Retry-After': String(Math.ceil(retry_after)) } : undefined;
    const { httpStatus, outcome, retryable } = error.kind;
    const details = { error: { name: error.name, outcome, retryable, ...error.details } };
    return new Refused(httpStatus, error.message, { headers, details });
  }
}

/** Answers a request with a refusal. The `cid` in its body is returned for the log. */
export function refuse(response: ServerResponse, refused: Refused): string {
  const { cid, headers, body } = render(refused);
  response.writeHead(refused.status, headers).end(body);
  return cid;
}

/** The same for an upgrade, where node hands over the bare socket; closes it. */
export function refuseUpgrade(socket: Duplex, refused: Refused): string {
  const { cid, headers, body } = render(refused);
  const lines = Object.entries({ ...headers, Connection: 'close' }).map(([name, value]) => `${name}: ${value}`);
  const status = `HTTP/1.1 ${refused.status} ${STATUS_CODES[refused.status]}`;
  socket.once('finish', () => socket.destroy());
  socket.end(`${[status, ...lines].join('\r\n')}\r\n\r\n${body}`);
  return cid;
}

function render(refused: Refused): { cid: string; headers: Record<string, string>; body: string } {
  const cid = newCid();
  const body = `${JSON.stringify({ result: 'Error', cid, details: refused.message, ...refused.details })}\n`;
  const headers = {
    'Content-Type': 'application/json',
    'Content-Length': String(Buffer.byteLength(body)),
    'Cache-Control': 'no-store',
    ...refused.headers,
  };
  return { cid, headers, body };
}
