import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';

/** What concerns only the connection to us, and what would be understood as a wish for another protocol again. */
const dropped = new Set(['connection', 'upgrade', 'http2-settings']);

/** True for a request that wants to become a WebSocket; others, like those for HTTP/2, offer to and need not. */
export function wantsWebSocket({ headers }: IncomingMessage): boolean {
  return headers.upgrade?.toLowerCase() === 'websocket';
}

/**
 * Answers a request as if it had not asked for another protocol, which is what HTTP has a server do that does not know
 * it. The clients of some languages ask so for HTTP/2 with each first request. Node hands such a request over with the
 * bare socket, so it is put back in front of what follows, and the socket is given to the server again.
 */
export function serveWithoutUpgrade(server: Server, request: IncomingMessage, socket: Duplex, head: Buffer): void {
  const lines = [`${request.method} ${request.url} HTTP/1.1`];
  for (let i = 0; i < request.rawHeaders.length; i += 2) {
    const name = request.rawHeaders[i]!;
    if (!dropped.has(name.toLowerCase())) lines.push(`${name}: ${request.rawHeaders[i + 1]}`);
  }
  socket.unshift(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), head]));
  server.emit('connection', socket);
}
