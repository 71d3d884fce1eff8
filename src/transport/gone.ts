import type { ServerResponse } from 'node:http';

/** Aborts when the connection has gone, or the answer is out; at once, if that was before. */
export function goneSignal(response: ServerResponse): AbortSignal {
  const gone = new AbortController();
  // Whoever went while the password was checked is told of no more.
  if (response.destroyed) gone.abort();
  else response.once('close', () => gone.abort());
  return gone.signal;
}
