import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Logger } from 'pino';
import type { Connection, Identity, Receiver } from '../api/connection.js';
import type { Limits } from '../protocol/limits.js';
import { Access } from './access.js';
import { Admission, type Verifier } from './admission.js';
import { Bodies } from './body.js';
import { Gate } from './gate.js';
import { serveWithoutUpgrade, wantsWebSocket } from './not-upgraded.js';
import { Refused, refuse, refuseUpgrade } from './refused.js';
import { type RestCalls, RestRoutes } from './rest.js';
import { type Answer, Routes, type RouteTable } from './routes.js';
import { type Rpc, RpcRoute } from './rpc.js';
import { WsServer } from './ws.js';

/** What the transport needs of the rest of the broker. */
export interface HttpServerOptions {
  host: string;
  /** 0 = any free port. */
  port: number;
  /** Origins of web pages that may connect, besides the server's own. */
  allowedOrigins: readonly string[];
  /** Names, with or without a port, under which the server may be addressed, besides its own. */
  allowedHosts: readonly string[];
  limits: Limits;
  credentials: Verifier;
  /** A connection has been accepted. */
  open(identity: Identity, connection: Connection): Receiver;
  /** Answers the body of `POST /rpc`. */
  rpc: Rpc;
  /** Carries out the calls of REST. */
  rest: RestCalls;
  /** For `/health/ready`. */
  isReady(): boolean;
  /** For `/metrics`. */
  registry: { contentType: string; metrics(): Promise<string> };
  counters: { connections: number };
  log: Logger;
  /** Calls `tick` every `ms` until the function that it returns is called; for tests, that do not wait. */
  every?(ms: number, tick: () => void): () => void;
}

/** A request to become a WebSocket, with all that is needed for it. */
interface Upgrade {
  ws: WsServer;
  routes: Routes;
  request: IncomingMessage;
  socket: Socket;
  /** What came after the request. */
  head: Buffer;
}

/** The address cannot be had; the message says what to do. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
}

/** The listening socket, and everything that comes in through it. */
export class HttpServer {
  readonly #options: HttpServerOptions;
  readonly #server: Server;
  readonly #gate: Gate<Upgrade>;
  /** Sockets of upgrades whose credentials are being checked. */
  readonly #checked = new Set<Socket>();
  #ws: WsServer | undefined;
  #isDraining = false;
  #stopTicking = () => {};
  #stopped: Promise<void> | undefined;

  constructor(options: HttpServerOptions) {
    this.#options = options;
    this.#server = createBoundedServer(options.limits);
    this.#gate = new Gate(options.limits.upgrades_per_turn, upgrade => void this.#upgrade(upgrade));
  }

  /** Starts to listen; resolves with the address it has. Throws `ListenError`. */
  async listen(): Promise<{ host: string; port: number }> {
    const { host, limits, every = startInterval } = this.#options;
    const port = await listen(this.#server, { host, port: this.#options.port, backlog: limits.listen_backlog_max });
    const access = new Access({ ...this.#options, port });
    const admission = new Admission(access, this.#options.credentials);
    const ws = new WsServer({ ...this.#options, admission });
    const routes = this.#routes(admission);
    this.#ws = ws;
    this.#stopTicking = every(limits.socket_tick_ms, () => ws.tick());
    this.#server.on('request', (request, response) => void this.#answer(routes, request, response));
    this.#server.on('upgrade', (request, socket, head) => {
      if (!wantsWebSocket(request)) serveWithoutUpgrade(this.#server, request, socket, head);
      else {
        socket.on('error', destroySocket);
        this.#gate.add({ ws, routes, request, socket: socket as Socket, head });
      }
    });
    return { host, port };
  }

  /** From now on requests and connections are refused with 503, and nothing more is read; answers still go out. */
  drain(): void {
    this.#isDraining = true;
    this.#ws?.drain();
    // Their passwords may wait for longer than a stop may take.
    for (const socket of this.#checked) {
      this.#checked.delete(socket);
      this.#report(unavailable(), refused => refuseUpgrade(socket, refused));
    }
  }

  /** Drains, closes every connection with 1001 once its frames are out, and resolves when all are gone. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    this.drain();
    this.#stopTicking();
    if (!this.#server.listening) return;
    const closed = new Promise<void>(resolve => this.#server.close(() => resolve()));
    const gone = this.#ws?.closeAll();
    const deadline = setTimeout(() => {
      this.#ws?.destroyAll();
      this.#server.closeAllConnections();
    }, this.#options.limits.close_wait_ms_max);
    await Promise.all([closed, gone]);
    clearTimeout(deadline);
  }

  #routes(admission: Admission): Routes {
    const { registry, rpc, rest, limits, isReady } = this.#options;
    const bodies = new Bodies(limits);
    const rpcRoute = new RpcRoute(admission, rpc, bodies);
    const isStarted = () => !this.#isDraining && isReady();
    return new Routes(admission, {
      '/health/live': { GET: (_, response) => answerHealth(response, true) },
      '/health/ready': { GET: (_, response) => answerHealth(response, isStarted()) },
      '/metrics': {
        GET: async (_, response) => {
          const text = await registry.metrics();
          response.writeHead(200, { 'Content-Type': registry.contentType }).end(text);
        },
      },
      ...this.#whileRunning({
        '/rpc': { POST: (request, response) => rpcRoute.answer(request, response) },
        ...new RestRoutes(admission, rest, bodies).table,
      }),
      '/ws': {},
    });
  }

  /** What takes work is not there any more once the server drains. */
  #whileRunning(table: RouteTable): RouteTable {
    const guarded = (answer: Answer): Answer => {
      return (...call) => {
        if (this.#isDraining) throw unavailable();
        return answer(...call);
      };
    };
    return mapValues(table, methods => mapValues(methods, guarded));
  }

  async #answer(routes: Routes, request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      await routes.answer(request, response);
    } catch (error) {
      if (request.destroyed && (!request.complete || isReset(error))) return;
      if (response.headersSent) response.destroy();
      else this.#report(error, refused => refuse(response, refused));
    }
  }

  async #upgrade({ ws, routes, request, socket, head }: Upgrade): Promise<void> {
    this.#checked.add(socket);
    try {
      routes.checkUpgrade(request);
      await ws.upgrade(request, socket, head);
      socket.off('error', destroySocket);
    } catch (error) {
      if (this.#checked.has(socket)) this.#report(error, refused => refuseUpgrade(socket, refused));
    } finally {
      this.#checked.delete(socket);
    }
  }

  /** Answers with what was thrown; what is no refusal is our own fault. */
  #report(error: unknown, answer: (refused: Refused) => string): void {
    const { log } = this.#options;
    if (error instanceof Refused) {
      const cid = answer(error);
      log.debug({ cid, status: error.status }, error.message);
    } else {
      const cid = answer(new Refused(500, 'A fault of the broker itself; its log has more under this cid.'));
      log.error({ cid, err: error }, 'a request failed');
    }
  }
}

/** Every wait of node's server has a bound: a client that dribbles its request is cut off. */
function createBoundedServer(limits: Limits): Server {
  const server = createServer({
    headersTimeout: limits.handshake_ms_max,
    requestTimeout: limits.http_request_ms_max,
    keepAliveTimeout: limits.http_keep_alive_ms,
    connectionsCheckingInterval: Math.ceil(limits.handshake_ms_max / 4),
    maxHeaderSize: limits.http_header_bytes_max,
  });
  server.timeout = limits.http_idle_ms_max;
  server.maxHeadersCount = limits.http_headers_max;
  server.maxConnections = limits.connections_max + limits.http_connections_max;
  return server;
}

/** Who finds the backlog full comes again after 1, 3, 7 and more seconds: clients that all come back at once would. */
function listen(server: Server, address: { host: string; port: number; backlog: number }): Promise<number> {
  const { host, port } = address;
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const advice = cause.code === 'EADDRINUSE' ? ' Stop what listens there, or choose another port with --port.' : '';
      reject(new ListenError(`cannot listen on ${host}:${port}: ${cause.message}.${advice}`, { cause }));
    });
    server.listen(address, () => {
      server.removeAllListeners('error');
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function mapValues<From, To>(record: Readonly<Record<string, From>>, map: (value: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value)]));
}

function unavailable(): Refused {
  return Refused.unavailable('The server is stopping.');
}

function answerHealth(response: ServerResponse, isWell: boolean): void {
  const headers = { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' };
  response.writeHead(isWell ? 200 : 503, headers).end(isWell ? '{"status":"ok"}\n' : '{"status":"unavailable"}\n');
}

/** The client went while its body waited to be read. */
function isReset(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ECONNRESET';
}

function destroySocket(this: Socket): void {
  this.destroy();
}

function startInterval(ms: number, tick: () => void): () => void {
  const timer = setInterval(tick, ms).unref();
  return () => clearInterval(timer);
}
