import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { Inbox } from '../../e2e/inbox.js';

/** A request that came in whole, and that the test is to answer. */
export interface Call {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
  response: ServerResponse;
  socket: Socket;
}

const running = new Set<Listener>();

/** For `after.each`, so that a test that fails leaves nothing open that keeps the process. */
export async function stopListeners(): Promise<void> {
  await Promise.all([...running].map(listener => listener.stop()));
}

/** An HTTP server at the end of a route. It answers nothing by itself. */
export class Listener {
  readonly calls = new Inbox<Call>();
  /** Connections that were made so far. */
  connections = 0;
  readonly #server: Server;
  #port = 0;

  private constructor() {
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('error', () => {});
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { method = '', url: path = '', headers, socket } = request;
        const body = Buffer.concat(chunks).toString();
        this.calls.push({ method, path, headers, body, response, socket });
      });
    });
    this.#server.keepAliveTimeout = 60_000;
    this.#server.on('connection', () => {
      this.connections += 1;
    });
  }

  /** `port`: that of one before, which has stopped. */
  static async open(port = 0): Promise<Listener> {
    const listener = new Listener();
    await new Promise<void>(resolve => listener.#server.listen(port, '127.0.0.1', resolve));
    listener.#port = (listener.#server.address() as AddressInfo).port;
    running.add(listener);
    return listener;
  }

  get port(): number {
    return this.#port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}/orders?shop=1`;
  }

  /** Answers the next call with this status, and hands it out. */
  async answer(status: number, headers: Record<string, string> = {}, body = ''): Promise<Call> {
    const call = await this.calls.next();
    call.response.writeHead(status, headers).end(body);
    return call;
  }

  async stop(): Promise<void> {
    running.delete(this);
    if (!this.#server.listening) return;
    const closed = new Promise<void>(resolve => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
  }
}
