/**
 * The one table of errors. `docs/ERRORS.md` is tested equal to it.
 *
 * `outcome` tells a client what became of its request: `definite` means that it did not happen,
 * `unknown` that it may have (publish again with the same `msg_id`).
 */

export interface ErrorKind {
  code: number;
  httpStatus: number;
  outcome: 'definite' | 'unknown';
  retryable: boolean;
  /** What it means and what to do, for `docs/ERRORS.md`. */
  meaning: string;
}

function kind(code: number, httpStatus: number, retryable: boolean, meaning: string): ErrorKind {
  return { code, httpStatus, outcome: 'definite', retryable, meaning };
}

export const errorKinds = {
  parse_error: kind(-32700, 400, false, 'The frame or body is not JSON. Nothing in it was carried out.'),
  invalid_request: kind(-32600, 400, false, 'The JSON is not a JSON-RPC 2.0 request.'),
  method_not_found: kind(-32601, 404, false, 'There is no such method. The message lists similar names.'),
  invalid_params: kind(
    -32602,
    400,
    false,
    'A parameter is missing, unknown or of the wrong form: see `path` and `reason`.',
  ),
  internal_error: {
    ...kind(-32603, 500, false, 'A fault of the broker itself; the log has the stack under the same `cid`.'),
    outcome: 'unknown',
  },
  unauthorized: kind(-32001, 401, false, 'The credentials are missing or wrong.'),
  forbidden: kind(-32003, 403, false, 'Not permitted, or not yours. No name is revealed.'),
  not_found: kind(-32004, 404, false, 'What was named does not exist.'),
  conflict: kind(-32009, 409, false, 'The state of the object does not allow this: see `reason`.'),
  storage_full: kind(
    -32010,
    507,
    true,
    'The disk or the store is at its high-water mark. Consumers go on; publish again later.',
  ),
  overloaded: kind(
    -32011,
    503,
    true,
    'A bound was reached, which the message tells. With `retry_after`: wait so many seconds and try again.',
  ),
  too_large: kind(-32012, 413, false, 'The message or the request exceeds a limit named in `reason`.'),
  topic_inactive: kind(-32013, 503, true, 'The topic exists but is switched off.'),
  depth_exceeded: kind(-32014, 503, true, 'The topic holds as many messages as its limit allows.'),
  storage_failed: {
    ...kind(
      -32015,
      500,
      true,
      'The disk failed while writing; the message may or may not be stored. The broker stops.',
    ),
    outcome: 'unknown',
  },
  rate_limited: kind(-32029, 429, true, 'Too many requests from this endpoint: wait `retry_after` seconds.'),
} satisfies Record<string, ErrorKind>;

export type ErrorName = keyof typeof errorKinds;

/** An error that has a place in the table above and may be shown to a client. */
export class HoldfastError extends Error {
  override readonly name: ErrorName;
  /** Further members of `error.data`, for example `path` and `reason`. */
  readonly details: Record<string, unknown>;

  constructor(name: ErrorName, message: string, details: Record<string, unknown> = {}) {
    super(message);
    this.name = name;
    this.details = details;
  }

  get kind(): ErrorKind {
    return errorKinds[this.name];
  }
}

/** True if the disk had no room: nothing was stored, and the same may be tried again. */
export function isFull(error: unknown): boolean {
  return error instanceof HoldfastError && error.name === 'storage_full';
}

/** Close codes of the WebSocket: RFC 6455 ones first, then ours, which are 4000 + an HTTP status. */
export const closeCodes = {
  going_away: { code: 1001, meaning: 'The server is stopping. Reconnect; what was answered is on disk.' },
  unsupported_data: { code: 1003, meaning: 'A binary frame came in; the protocol is text only.' },
  policy_violation: { code: 1008, meaning: 'The client broke a rule of the protocol that no answer could tell.' },
  message_too_big: { code: 1009, meaning: 'A frame was larger than the limit `frame_bytes_max`.' },
  try_again_later: { code: 1013, meaning: 'The server has as many connections as it may have.' },
  credentials_revoked: {
    code: 4401,
    meaning: 'The password was changed or the endpoint deleted. Do not reconnect as it is.',
  },
  pong_timeout: { code: 4408, meaning: 'No pong came in time.' },
  rate_limited: { code: 4429, meaning: 'The endpoint has too many connections or sends too much.' },
  not_reading: { code: 4509, meaning: 'The socket did not read what was sent to it.' },
} as const;

export type CloseReason = keyof typeof closeCodes;
