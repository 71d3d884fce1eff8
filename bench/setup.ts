import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Generator } from './generator.js';
import type { Job } from './load/job.js';
import { type Contender, measureInTurn } from './measure.js';
import type { Side } from './result.js';
import type { Sizes } from './sizes.js';
import { Bare, type BareOptions } from './subject/bare.js';
import { Holdfast } from './subject/holdfast.js';

export interface SetupOptions {
  sizes: Sizes;
  rounds: number;
  /** The compiled `cli/main.js` of the server. */
  serverMain: string;
  /** The folder in which stores are made; it should be on the disk that is to be measured. */
  directory: string;
  /** Shows what is being done. */
  progress(text: string): void;
  /** Shows how much of the workload is done, from 0 to 1. */
  advance?(fraction: number): void;
}

/** What one workload needs: a load generator of its own and servers with empty folders, all gone at the end. */
export class Setup {
  readonly options: SetupOptions;
  readonly generator = new Generator();
  readonly #generators: { stop(): Promise<void> }[] = [this.generator];
  readonly #directories: string[] = [];
  readonly #servers: (Holdfast | Bare)[] = [];

  constructor(options: SetupOptions) {
    this.options = options;
    // Also when the bench is interrupted: a backlog of a million messages is half a gigabyte.
    process.once('exit', this.#removeDirectories);
  }

  /** A new, empty folder. */
  makeDirectory(): string {
    const directory = mkdtempSync(join(this.options.directory, 'holdfast-bench-'));
    this.#directories.push(directory);
    return directory;
  }

  /** The real server on a new store, or on the one in `directory`. */
  async startHoldfast(options: { directory?: string; isInspected?: boolean } = {}): Promise<Holdfast> {
    const { directory = this.makeDirectory(), isInspected = false } = options;
    const server = await Holdfast.start({ main: this.options.serverMain, directory, isInspected });
    this.#servers.push(server);
    return server;
  }

  async startBare(options: Omit<BareOptions, 'directory'>): Promise<Bare> {
    const server = await Bare.start({ ...options, directory: this.makeDirectory() });
    this.#servers.push(server);
    return server;
  }

  /** A further load generator, for sockets that stay while the first one works, or with a program of its own. */
  startGenerator<J = Job>(main?: string): Generator<J> {
    const generator = new Generator<J>(main);
    this.#generators.push(generator);
    return generator;
  }

  /** Measures all sides in turn, with the workload's own load generator. */
  measure(contenders: Contender[], rounds = this.options.rounds): Promise<Side[]> {
    return measureInTurn(this.generator, contenders, rounds, (doing, fraction) => {
      this.options.progress(doing);
      this.options.advance?.(fraction);
    });
  }

  /** Ends all processes and removes all files; what still runs now needs no clean stop. */
  async close(): Promise<void> {
    await Promise.all(this.#generators.map(generator => generator.stop()));
    await Promise.all(this.#servers.map(server => server.kill()));
    this.#removeDirectories();
    process.off('exit', this.#removeDirectories);
  }

  #removeDirectories = (): void => {
    // A server that was killed a moment ago may still be writing its last file.
    for (const directory of this.#directories) rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
  };
}
