import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Target } from '../load/socket.js';
import { Child, inspectFlag } from './child.js';
import { collectGarbage } from './collect-garbage.js';
import { loopDelayP99MsOf } from './loop-delay.js';
import type { Server } from './server.js';
import { directoryBytes, readUsage, type Usage } from './usage.js';

const password = 'bench-only';
const readyPollMs = 2;
const readyMsMax = 60_000;

/** The built server beside the built bench. */
export const builtMain = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));

export interface HoldfastOptions {
  /** The compiled `cli/main.js`. */
  main: string;
  /** Where the store is or will be. */
  directory: string;
  /** So that its garbage can be collected; costs memory of its own. */
  isInspected: boolean;
}

/** The real server, started as a user would start it, with an SQLite store of its own. */
export class Holdfast implements Server {
  readonly target: Target;
  /** From the start of the process until `/health/ready` said yes. */
  readonly readySeconds: number;
  readonly #child: Child;
  readonly #directory: string;

  static async start(options: HoldfastOptions): Promise<Holdfast> {
    const port = await freePort();
    const startMs = performance.now();
    const child = new Child(
      spawn(process.execPath, [...(options.isInspected ? [inspectFlag] : []), options.main, 'start'], {
        stdio: ['ignore', 'ignore', 'pipe'],
        env: {
          ...process.env,
          HOLDFAST_HOST: '127.0.0.1',
          HOLDFAST_PORT: String(port),
          HOLDFAST_STORE: `sqlite:${join(options.directory, 'holdfast.db')}`,
          HOLDFAST_ADMIN_PASSWORD: password,
          HOLDFAST_LOG_LEVEL: 'warn',
        },
      }),
    );
    try {
      await ready(child, port);
    } catch (error) {
      await child.kill();
      throw error;
    }
    return new Holdfast(child, options.directory, port, (performance.now() - startMs) / 1_000);
  }

  private constructor(child: Child, directory: string, port: number, readySeconds: number) {
    this.#child = child;
    this.#directory = directory;
    this.target = { port, basic: Buffer.from(`admin:${password}`).toString('base64') };
    this.readySeconds = readySeconds;
  }

  usage(): Usage {
    return readUsage(this.#child.pid);
  }

  async loopDelayP99Ms(): Promise<number | null> {
    const answer = await fetch(`http://127.0.0.1:${this.target.port}/metrics`);
    return loopDelayP99MsOf(await answer.text());
  }

  collectGarbage(): Promise<void> {
    return collectGarbage(this.#child.debuggerUrl);
  }

  diskBytes(): number {
    return directoryBytes(this.#directory);
  }

  stop(): Promise<void> {
    return this.#child.stop();
  }

  /** Ends it without any warning, as a crash would. */
  kill(): Promise<void> {
    return this.#child.kill();
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('No free port');
  return address.port;
}

async function ready(child: Child, port: number): Promise<void> {
  const deadline = performance.now() + readyMsMax;
  while (performance.now() < deadline) {
    child.ensureRunning();
    const answer = await fetch(`http://127.0.0.1:${port}/health/ready`).catch(() => null);
    await answer?.arrayBuffer();
    if (answer?.status === 200) return;
    await delay(readyPollMs);
  }
  throw new Error('The server did not become ready');
}
