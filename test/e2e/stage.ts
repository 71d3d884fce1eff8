import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { type Config, loadConfig } from '../../src/config.js';
import type { EndpointCreateParams, Message } from '../../src/protocol/api.gen.js';
import type { ErrorName } from '../../src/protocol/errors.js';
import type { Limits } from '../../src/protocol/limits.js';
import { type RunningServer, startServer } from '../../src/server.js';
import { Client, type ConnectOptions, type Credentials, type Delivery, RpcError } from './client.js';

export type StageChanges = Partial<Omit<Config, 'limits'>> & { limits?: Partial<Limits> };

const admin: Credentials = { username: 'admin', password: 'the admin of the tests' };

/** The whole server on a free port with a SQLite store of its own, and an administrator who is connected. */
export class Stage {
  readonly #folder = mkdtempSync(join(tmpdir(), 'holdfast-e2e-'));
  #config: Config;
  #server: RunningServer | null = null;
  #admin: Client | null = null;
  #endpoints = 0;

  private constructor(changes: StageChanges) {
    const flags = ['--port', '0', '--store', `sqlite:${join(this.#folder, 'test.db')}`, '--log-level', 'silent'];
    const config = loadConfig({ argv: flags, env: { HOLDFAST_ADMIN_PASSWORD: admin.password } });
    this.#config = { ...config, ...changes, limits: { ...config.limits, ...changes.limits } };
  }

  static async set(changes: StageChanges = {}): Promise<Stage> {
    const stage = new Stage(changes);
    await stage.#start();
    return stage;
  }

  get server(): RunningServer {
    return this.#server!;
  }

  get admin(): Client {
    return this.#admin!;
  }

  get wsUrl(): string {
    return `${this.server.url.replace('http', 'ws')}/ws`;
  }

  connect(options: ConnectOptions = admin): Promise<Client> {
    return Client.connect(this.wsUrl, options);
  }

  /** A new endpoint with a key of its own; without patterns it may publish and subscribe everywhere. */
  async endpoint(patterns = ['pub=/**', 'sub=/**'], more: Partial<EndpointCreateParams> = {}): Promise<Credentials> {
    const username = `endpoint-${++this.#endpoints}`;
    const { key } = await this.admin.call('endpoint.create', { username, key: true, patterns, ...more });
    return { username, password: key! };
  }

  /** Somebody with an endpoint of their own, connected. */
  async user(...patterns: string[]): Promise<Client> {
    return this.connect(await this.endpoint(patterns.length > 0 ? patterns : undefined));
  }

  /** `POST /rpc`. */
  async rpc(credentials: Credentials | null, body: string, headers: Record<string, string> = {}): Promise<Response> {
    const sent = new Headers(headers);
    if (credentials) sent.set('Authorization', `Basic ${btoa(`${credentials.username}:${credentials.password}`)}`);
    return fetch(`${this.server.url}/rpc`, { method: 'POST', body, headers: sent });
  }

  /** What the next start or reload reads. */
  configure(changes: Partial<Config>): void {
    this.#config = { ...this.#config, ...changes };
  }

  /** Stops the server and starts it again on the same store. Every connection ends. */
  async restart(): Promise<void> {
    await this.server.stop();
    await this.#start();
  }

  async strike(): Promise<void> {
    await this.server.stop();
    rmSync(this.#folder, { recursive: true });
  }

  async #start(): Promise<void> {
    this.#server = await startServer(this.#config, { read: () => this.#config });
    this.#admin = await this.connect();
  }
}

/** What the server refused, and that it did so by this name. */
export async function refused(call: Promise<unknown>, name: ErrorName): Promise<RpcError> {
  const error = await call.then(
    () => null,
    reason => reason,
  );
  assert.instance(error, RpcError, `the call was not refused: ${error}`);
  assert.is(error.data.name, name, error.message);
  return error;
}

export function messagesOf(deliveries: readonly Delivery[]): Message[] {
  return deliveries.flatMap(({ messages }) => messages);
}

export function dataOf(messages: readonly Message[]): unknown[] {
  return messages.map(({ data }) => data);
}
