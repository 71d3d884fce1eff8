import { EventEmitter, once } from 'node:events';
import { pino } from 'pino';
import type { Connection } from '../../src/api/connection.js';
import { Dispatcher } from '../../src/api/dispatcher.js';
import { HttpCall } from '../../src/api/http-call.js';
import { Schemas } from '../../src/api/schemas.js';
import type { Session } from '../../src/api/session.js';
import { Sessions } from '../../src/api/sessions.js';
import { Broker } from '../../src/broker/broker.js';
import type { Sink } from '../../src/broker/sink.js';
import { compileDataSchema } from '../../src/data-schema.js';
import type { CloseReason } from '../../src/protocol/errors.js';
import { MessageIds } from '../../src/protocol/ids.js';
import { limits as defaultLimits, type Limits } from '../../src/protocol/limits.js';
import { MemoryStore } from '../../src/store/memory.js';
import { SystemClock } from '../../src/system-clock.js';

export interface Frame {
  id?: unknown;
  method?: string;
  params?: { sub_key: string; messages: { data: unknown }[]; reason?: string };
  result?: Record<string, unknown>;
  error?: { code: number; message: string; data: Record<string, unknown> };
}

/** A connection without a socket: keeps what is sent, and its buffer is as full as the test says. */
export class Wire extends EventEmitter implements Connection {
  readonly remote = 'nowhere:0';
  readonly frames: (Frame | Frame[])[] = [];
  bufferedBytes = 0;
  isPaused = false;
  closed: CloseReason | null = null;
  #read = 0;

  send(text: string): void {
    this.frames.push(JSON.parse(text));
    this.emit('frame');
  }

  pause(): void {
    this.isPaused = true;
  }

  resume(): void {
    this.isPaused = false;
    this.emit('resumed');
  }

  close(reason: CloseReason): void {
    this.closed = reason;
  }

  /** The next frame that the session sent. */
  async next(): Promise<Frame> {
    while (this.#read === this.frames.length) await once(this, 'frame');
    return this.frames[this.#read++]! as Frame;
  }
}

/** Sessions and what they call, above a broker in memory. */
export class Hall {
  readonly logged: { msg: string; err?: { message: string } }[] = [];
  readonly broker: Broker;
  readonly sessions: Sessions;
  readonly http: HttpCall;
  readonly clock: SystemClock;

  private constructor(broker: Broker, clock: SystemClock, limits: Limits) {
    this.broker = broker;
    this.clock = clock;
    const log = pino({ level: 'debug' }, { write: line => void this.logged.push(JSON.parse(line)) });
    const context = {
      broker,
      clock,
      limits,
      reload: async () => {},
      hashPassword: async (password: string) => `hash of ${password}`,
      makeKey: () => ({ key: 'key', credential: 'hash of key' }),
      revoke: (_: string, endpointId: number, except: Sink | null) => this.sessions.revoke(endpointId, except),
    };
    const parts = { broker, dispatcher: new Dispatcher(context, Schemas.load(), log), limits };
    this.sessions = new Sessions(parts);
    this.http = new HttpCall(parts);
  }

  static async open(changes: Partial<Limits> = {}): Promise<Hall> {
    const limits = { ...defaultLimits, ...changes };
    const store = new MemoryStore();
    const clock = new SystemClock();
    const opened = await store.open();
    const ids = new MessageIds(opened.secret);
    const broker = new Broker({
      store,
      opened,
      ids,
      clock,
      limits,
      mayAutoCreate: true,
      compileSchema: compileDataSchema,
      random: () => 0.5,
    });
    await broker.start();
    await broker.endpointAdmin.create('crm', 'admin', 'hash', ['pub=/**', 'sub=/**']);
    return new Hall(broker, clock, limits);
  }

  get identity() {
    return this.#identityOf('crm');
  }

  #identityOf(username: string) {
    return { endpointId: this.broker.endpoints.get(username).id, username };
  }

  enter(username = 'crm'): { session: Session; wire: Wire } {
    const wire = new Wire();
    return { session: this.sessions.open(this.#identityOf(username), wire), wire };
  }

  async close(): Promise<void> {
    await this.broker.stop();
    this.clock.stop();
  }
}

export function request(id: unknown, method: string, params: object = {}): string {
  return JSON.stringify({ jsonrpc: '2.0', id, method, params });
}
