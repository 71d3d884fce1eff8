import { constants } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { type RawData, type Server, type ServerOptions, WebSocket, WebSocketServer } from 'ws';
import type { Connection, Identity, Receiver } from '../api/connection.js';
import type { Limits } from '../protocol/limits.js';
import type { Admission } from './admission.js';
import { Heartbeat } from './heartbeat.js';
import { Outbox } from './outbox.js';
import { Refused } from './refused.js';
import { Stalls } from './stalls.js';
import { WsConnection, type WsShared } from './ws-connection.js';

export const subprotocol = 'holdfast.v1';

export interface WsServerOptions {
  admission: Admission;
  limits: Limits;
  open(identity: Identity, connection: Connection): Receiver;
  counters: { connections: number };
}

/** The class that `ws` makes its sockets of, so that a socket leads to its connection without a Map. */
class Peer extends WebSocket {
  connection: WsConnection | undefined;
}

/** Turns upgrade requests into connections, and looks after those there are. */
export class WsServer implements WsShared {
  readonly limits: Limits;
  readonly outbox: Outbox;
  readonly stalls: Stalls;
  isDraining = false;
  readonly #options: WsServerOptions;
  readonly #ws: Server<typeof Peer>;
  readonly #heartbeat: Heartbeat<WsConnection>;
  readonly #ofEndpoint = new Map<number, number>();
  #connections = 0;
  /** Upgrades whose credentials are being checked. */
  #pending = 0;
  #allGone = () => {};

  constructor(options: WsServerOptions) {
    const { limits } = options;
    this.#options = options;
    this.limits = limits;
    this.outbox = new Outbox(limits.write_slab_bytes);
    this.stalls = new Stalls(limits.socket_stalled_ms_max);
    this.#heartbeat = new Heartbeat({
      pingIntervalMs: limits.ping_interval_ms,
      pongWaitMs: limits.pong_wait_ms,
      tickMs: limits.socket_tick_ms,
    });
    this.#ws = new WebSocketServer(wsOptions(limits));
  }

  /** Connections that are open or on their way to it. */
  get size(): number {
    return this.#connections + this.#pending;
  }

  /** Upgrades the request; `head`: what came after it. Throws `Refused` (401, 403, 421, 400, 429, 503). */
  async upgrade(request: IncomingMessage, socket: Socket, head: Buffer): Promise<void> {
    const { admission } = this.#options;
    admission.checkSource(request);
    checkSubprotocols(request.headers['sec-websocket-protocol']);
    this.#checkRoom();
    this.#pending += 1;
    try {
      const identity = await admission.authenticate(request);
      this.#checkEndpoint(identity);
      this.#ws.handleUpgrade(request, socket, head, peer => this.#open(identity, peer, socket));
    } finally {
      this.#pending -= 1;
    }
  }

  /** To be called every `socket_tick_ms`. */
  tick(): void {
    this.#heartbeat.tick();
    this.stalls.tick(this.limits.socket_tick_ms);
  }

  /** No new connections, and no new frames from those there are. */
  drain(): void {
    for (const connection of this.#all()) connection.pause();
    this.isDraining = true;
  }

  /** Resolves when all of them are gone. */
  async closeAll(): Promise<void> {
    const connections = this.#all();
    if (connections.length === 0) return;
    const gone = new Promise<void>(resolve => {
      this.#allGone = resolve;
    });
    for (const connection of connections) connection.close('going_away');
    await gone;
  }

  destroyAll(): void {
    for (const connection of this.#all()) connection.destroy();
  }

  gone(connection: WsConnection): void {
    const { endpointId } = connection.identity;
    const left = this.#ofEndpoint.get(endpointId)! - 1;
    if (left === 0) this.#ofEndpoint.delete(endpointId);
    else this.#ofEndpoint.set(endpointId, left);
    this.#heartbeat.remove(connection);
    this.stalls.forget(connection);
    this.#connections -= 1;
    this.#options.counters.connections -= 1;
    if (this.#connections === 0) this.#allGone();
  }

  #open(identity: Identity, peer: Peer, socket: Socket): void {
    const connection = new WsConnection(identity, peer, socket, this);
    peer.connection = connection;
    peer.on('message', onMessage).on('close', onClose).on('error', onError);
    this.#ofEndpoint.set(identity.endpointId, (this.#ofEndpoint.get(identity.endpointId) ?? 0) + 1);
    this.#heartbeat.add(connection);
    this.#connections += 1;
    this.#options.counters.connections += 1;
    connection.attach(this.#options.open(identity, connection));
  }

  #checkRoom(): void {
    if (this.isDraining) throw Refused.unavailable('The server is stopping.');
    if (this.size < this.limits.connections_max) return;
    throw Refused.unavailable('The server has as many connections as it may have.');
  }

  #checkEndpoint({ endpointId, username }: Identity): void {
    // It may have begun to stop while the password was checked.
    if (this.isDraining) throw Refused.unavailable('The server is stopping.');
    if ((this.#ofEndpoint.get(endpointId) ?? 0) < this.limits.endpoint_connections_max) return;
    const message = `The endpoint "${username}" has as many connections as it may have.`;
    throw new Refused(429, message, { headers: { 'Retry-After': '5' } });
  }

  #all(): WsConnection[] {
    // Closing one may end others, so the set must not be walked while it happens.
    return [...this.#heartbeat];
  }
}

/** The last two are not in the types of `ws` yet. */
type WsOptions = ServerOptions<typeof Peer> & { maxPendingAutoPongs: number; closeTimeout: number };

function wsOptions(limits: Limits): WsOptions {
  return {
    WebSocket: Peer,
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    // A string cannot be longer, so a longer frame could not be read whatever the limit is.
    maxPayload: Math.min(limits.frame_bytes_max || Number.POSITIVE_INFINITY, constants.MAX_STRING_LENGTH),
    handleProtocols: offered => offered.has(subprotocol) && subprotocol,
    maxPendingAutoPongs: limits.pending_pongs_max,
    closeTimeout: limits.close_wait_ms_max,
  };
}

/** `ws` hands out nothing but Buffers as long as no one sets `binaryType`. */
function onMessage(this: WebSocket, data: RawData, isBinary: boolean): void {
  (this as Peer).connection!.receive(data as Buffer, isBinary);
}

function onClose(this: WebSocket): void {
  (this as Peer).connection!.closed();
}

/** `ws` has closed the socket with the right code by then; without a listener the error would end the process. */
function onError(): void {}

function checkSubprotocols(header: string | undefined): void {
  if (header === undefined) return;
  const offered = header.split(',').map(protocol => protocol.trim());
  if (offered.includes(subprotocol)) return;
  throw new Refused(400, `The only subprotocol here is ${subprotocol}: offer it, or none.`);
}
