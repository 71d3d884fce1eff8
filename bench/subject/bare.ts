import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Target } from '../load/socket.js';
import { Child } from './child.js';
import { delayMsOf } from './loop-delay.js';
import type { Server } from './server.js';
import { directoryBytes, readUsage, type Usage } from './usage.js';

const programs = {
  publish: new URL('../bare/publish.js', import.meta.url),
  broadcast: new URL('../bare/broadcast.js', import.meta.url),
  drain: new URL('../bare/drain.js', import.meta.url),
  idle: new URL('../bare/idle.js', import.meta.url),
};

export type BareName = keyof typeof programs;

/** A program of `bench/bare/`: the least that does the same work. */
export class Bare implements Server {
  readonly target: Target;
  readonly #child: Child;
  readonly #directory: string;

  /** The programs get the folder for their files and what else they need to know as arguments. */
  static async start(name: BareName, directory: string, options: readonly string[] = []): Promise<Bare> {
    const child = new Child(
      fork(fileURLToPath(programs[name]), [directory, ...options], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] }),
    );
    return new Bare(child, directory, (await child.reply()) as number);
  }

  private constructor(child: Child, directory: string, port: number) {
    this.#child = child;
    this.#directory = directory;
    this.target = { port, basic: '' };
  }

  usage(): Usage {
    return readUsage(this.#child.pid);
  }

  async loopDelayP99Ms(): Promise<number> {
    const told = this.#child.reply();
    this.#child.send('loop delay');
    return delayMsOf((await told) as number);
  }

  diskBytes(): number {
    return directoryBytes(this.#directory);
  }

  stop(): Promise<void> {
    return this.#child.stop();
  }

  kill(): Promise<void> {
    return this.#child.kill();
  }
}
