import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { type WebSocket, WebSocketServer } from 'ws';

/** One connection of a bare server: the WebSocket, and the TCP socket below it for corking. */
export interface BareConnection {
  webSocket: WebSocket;
  tcp: Socket;
}

export interface BareServer {
  /** A text frame came in. */
  text(connection: BareConnection, text: string): void;
  /** The bench is done: last chance to leave the files as a clean stop leaves them. */
  close?(): Promise<void>;
}

/**
 * Serves WebSocket with `ws` set as the broker sets it, tells the bench the port over the channel between the two,
 * and tells how late its loop was whenever the bench asks.
 */
export function listen(server: BareServer): void {
  const loop = monitorEventLoopDelay();
  loop.enable();
  const http = createServer();
  const webSockets = new WebSocketServer({
    server: http,
    perMessageDeflate: false,
    clientTracking: false,
    handleProtocols: () => 'holdfast.v1',
  });
  webSockets.on('connection', (webSocket, request) => {
    const connection = { webSocket, tcp: request.socket };
    webSocket.on('message', data => server.text(connection, (data as Buffer).toString()));
    webSocket.on('error', () => webSocket.terminate());
  });
  http.listen(0, '127.0.0.1', () => process.send?.((http.address() as AddressInfo).port));
  process.on('message', () => {
    process.send?.(loop.percentile(99));
    loop.reset();
  });
  process.on('SIGTERM', async () => {
    await server.close?.();
    process.exit(0);
  });
  process.on('disconnect', () => process.exit(1));
}
