import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Login } from './wire.js';

/** The compiled server, as it is shipped. */
export const realServer = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));

/** The server with a fault in its store. */
export const faultyServer = fileURLToPath(new URL('./faulty-server.js', import.meta.url));

export const admin: Login = { username: 'admin', password: 'crash-test' };

/** Servers that run: a test that fails in between must not leave one behind. */
const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

export interface Ended {
  code: number | null;
  signal: string | null;
}

/** A server in a process of its own, listening on a free port of the loopback. */
export class BrokerProcess {
  readonly #child: ChildProcess;
  /** Lines of JSON. */
  log = '';
  url = '';
  readonly ended: Promise<Ended>;

  /** Resolves once it takes connections; rejects with what it printed if it ends before. */
  readonly ready: Promise<void>;

  constructor(entry: string, env: Record<string, string>) {
    const given = {
      PATH: process.env.PATH ?? '',
      HOLDFAST_PORT: '0',
      HOLDFAST_ADMIN_PASSWORD: admin.password,
      HOLDFAST_LOG_LEVEL: 'warn',
    };
    this.#child = spawn(process.execPath, [entry], { env: { ...given, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child.stderr!.setEncoding('utf8').on('data', text => {
      this.log += text;
    });
    running.add(this.#child);
    this.#child.once('exit', () => running.delete(this.#child));
    this.ended = once(this.#child, 'close').then(([code, signal]) => ({ code, signal }));
    this.ready = this.#untilReady();
    this.ready.catch(() => {});
  }

  get pid(): number {
    return this.#child.pid!;
  }

  kill(signal: 'SIGKILL' | 'SIGTERM'): void {
    this.#child.kill(signal);
  }

  async #untilReady(): Promise<void> {
    let out = '';
    const url = new Promise<string>(resolve => {
      this.#child.stdout!.setEncoding('utf8').on('data', text => {
        out += text;
        const found = /ws:\/\/\S+/.exec(out)?.[0];
        if (found && out.includes('\n')) resolve(found);
      });
    });
    const failed = this.ended.then(({ code }) => {
      throw new Error(`the server ended with ${code} before it was ready:\n${out}${this.log}`);
    });
    failed.catch(() => {});
    this.url = await Promise.race([url, failed]);
  }
}
