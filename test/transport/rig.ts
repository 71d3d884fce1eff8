import { EventEmitter, once } from 'node:events';
import { type ClientRequestArgs, type IncomingMessage, request } from 'node:http';
import { pino } from 'pino';
import { type ClientOptions, WebSocket } from 'ws';
import type { Connection, Identity, Receiver } from '../../src/api/connection.js';
import { HoldfastError } from '../../src/protocol/errors.js';
import { type Limits, limits } from '../../src/protocol/limits.js';
import { HttpServer, type HttpServerOptions } from '../../src/transport/http.js';
import type { RestCalls } from '../../src/transport/rest.js';

export const auth = 'crm:secret';

/** What the server's side saw of one connection. Emits `text`, `drained` and `ended`. */
export class Seen extends EventEmitter implements Receiver {
  readonly identity: Identity;
  readonly connection: Connection;
  readonly texts: string[] = [];
  drains = 0;
  ends = 0;

  constructor(identity: Identity, connection: Connection) {
    super();
    this.identity = identity;
    this.connection = connection;
  }

  receive(text: string): void {
    this.texts.push(text);
    this.emit('text', text);
  }

  drained(): void {
    this.drains += 1;
    this.emit('drained');
  }

  ended(): void {
    this.ends += 1;
    this.emit('ended');
  }
}

export type RigChanges = Partial<Omit<HttpServerOptions, 'limits'>> & { limits?: Partial<Limits> };

const running = new Set<Rig>();

/** For `after.each`, so that a test that fails leaves nothing open that keeps the process. */
export async function stopRigs(): Promise<void> {
  await Promise.all([...running].map(rig => rig.stop()));
  running.clear();
}

/** A server whose rest of the broker is a stub, on a free port, with time in the hands of the test. */
export class Rig {
  readonly seen: Seen[] = [];
  readonly counters = { connections: 0 };
  readonly log: { msg: string; cid?: string; status?: number }[] = [];
  readonly #server: HttpServer;
  readonly #opened = new EventEmitter();
  port = 0;
  tick = () => {};
  isTicking = false;

  constructor(changes: RigChanges = {}) {
    this.#server = new HttpServer({
      host: '127.0.0.1',
      port: 0,
      allowedHosts: [],
      allowedOrigins: [],
      credentials: { verify: async (username, password) => verify(username, password) },
      open: (identity, connection) => {
        const seen = new Seen(identity, connection);
        this.seen.push(seen);
        this.#opened.emit('seen', seen);
        return seen;
      },
      rpc: async (identity, text) => (text === 'notification' ? null : JSON.stringify([identity.username, text])),
      rest: restStub,
      isReady: () => true,
      registry: { contentType: 'text/plain; version=0.0.4', metrics: async () => 'some_metric 1\n' },
      counters: this.counters,
      log: pino({ level: 'debug' }, { write: line => void this.log.push(JSON.parse(line)) }),
      every: (_ms, tick) => {
        this.tick = tick;
        this.isTicking = true;
        return () => {
          this.isTicking = false;
        };
      },
      ...changes,
      // Some clients in the tests never answer a close.
      limits: { ...limits, close_wait_ms_max: 50, ...changes.limits },
    });
  }

  static async start(changes?: RigChanges): Promise<Rig> {
    const rig = new Rig(changes);
    await rig.listen();
    running.add(rig);
    return rig;
  }

  async listen(): Promise<void> {
    this.port = (await this.#server.listen()).port;
  }

  drain(): void {
    this.#server.drain();
  }

  stop(): Promise<void> {
    return this.#server.stop();
  }

  /** A client that is connected, and what the server saw of it. */
  async connect(options: ClientOptions & ClientRequestArgs = {}): Promise<{ client: WebSocket; seen: Seen }> {
    const opened = once(this.#opened, 'seen') as Promise<[Seen]>;
    const client = this.client([], { auth, ...options });
    const [[seen]] = await Promise.all([opened, once(client, 'open')]);
    return { client, seen };
  }

  client(protocols: string[], options: ClientOptions & ClientRequestArgs = {}): WebSocket {
    return new WebSocket(`ws://127.0.0.1:${this.port}${options.path ?? '/ws'}`, protocols, options);
  }

  /** The answer to an upgrade that is refused. */
  async refused(options: ClientOptions & ClientRequestArgs = {}, protocols: string[] = []): Promise<Answer> {
    const client = this.client(protocols, options);
    client.on('error', () => {});
    const [, response] = (await once(client, 'unexpected-response')) as [unknown, IncomingMessage];
    return readAnswer(response);
  }

  /** One request over HTTP. */
  async ask(method: string, path: string, options: ClientRequestArgs = {}, body?: string | Buffer): Promise<Answer> {
    const sent = request({ host: '127.0.0.1', port: this.port, agent: false, method, path, ...options });
    sent.end(body);
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    return readAnswer(response);
  }
}

export interface Answer {
  status: number;
  headers: IncomingMessage['headers'];
  text: string;
}

async function readAnswer(response: IncomingMessage): Promise<Answer> {
  const chunks: Buffer[] = [];
  for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
  return { status: response.statusCode!, headers: response.headers, text: Buffer.concat(chunks).toString() };
}

/** Tells what it was asked; of what it hands over it forgets. */
export const restStub: RestCalls = {
  publish: async (...call) => JSON.stringify(['publish', ...call]),
  subscribe: async (...call) => JSON.stringify(['subscribe', ...call]),
  take: async (_, topicName) => ({ messages: JSON.stringify([topicName]), received: () => {}, lost: () => {} }),
  unsubscribe: async (...call) => JSON.stringify(['unsubscribe', ...call]),
  delete: async (identity, msgId) => JSON.stringify(['delete', identity, msgId]),
};

function verify(username: string, password: string): Identity | null {
  if (username === 'busy') throw new HoldfastError('overloaded', 'Too many.', { retry_after: 2.5 });
  if (username === 'broken') throw new Error('planted');
  if (password !== 'secret') return null;
  return { endpointId: username.length, username };
}
