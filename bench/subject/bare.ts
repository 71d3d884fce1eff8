import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Target } from '../load/socket.js';
import { Child, inspectFlag } from './child.js';
import { collectGarbage } from './collect-garbage.js';
import { delayMsOf } from './loop-delay.js';
import type { Server } from './server.js';
import { directoryBytes, readUsage, type Usage } from './usage.js';

const programs = {
  publish: new URL('../bare/publish.js', import.meta.url),
  publishUnstored: new URL('../bare/publish-unstored.js', import.meta.url),
  relay: new URL('../bare/relay.js', import.meta.url),
  broadcast: new URL('../bare/broadcast.js', import.meta.url),
  drain: new URL('../bare/drain.js', import.meta.url),
  idle: new URL('../bare/idle.js', import.meta.url),
};

export interface BareOptions {
  program: keyof typeof programs;
  /** Where the program puts its files, if it has any. */
  directory: string;
  /** What else the program has to know. */
  numbers?: readonly number[];
  /** So that its garbage can be collected; costs memory of its own. */
  isInspected?: boolean;
}

/** A program of `bench/bare/`: the least that does the same work. */
export class Bare implements Server {
  readonly target: Target;
  readonly #child: Child;
  readonly #directory: string;

  static async start({ program, directory, numbers = [], isInspected = false }: BareOptions): Promise<Bare> {
    const child = new Child(
      fork(fileURLToPath(programs[program]), [directory, ...numbers.map(String)], {
        stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
        execArgv: isInspected ? [inspectFlag] : [],
      }),
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

  collectGarbage(): Promise<void> {
    return collectGarbage(this.#child.debuggerUrl);
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
