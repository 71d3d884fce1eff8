import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Command, Job, LoadCost, Report } from './load/job.js';
import type { Target } from './load/socket.js';
import { Child } from './subject/child.js';

const loadMain = fileURLToPath(new URL('./load/main.js', import.meta.url));

/** A load generator's process, seen from the bench. One job at a time. */
export class Generator<J = Job> {
  readonly #child: Child;

  /** `main` is a compiled program that calls `serveLoads`. */
  constructor(main = loadMain) {
    this.#child = new Child(fork(main, { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] }));
  }

  /** Opens the sockets and makes the subscriptions of a job. */
  async prepare(target: Target, job: J): Promise<void> {
    await this.#tell({ command: 'prepare', target, job });
  }

  /** Runs what was prepared. */
  async go(): Promise<LoadCost> {
    const report = await this.#tell({ command: 'go' });
    if (report.report !== 'done') throw new Error(`Unexpected report "${report.report}"`);
    return report;
  }

  /** Lets the server confirm that all was done, and closes the sockets. */
  async end(): Promise<void> {
    await this.#tell({ command: 'end' });
  }

  async run(target: Target, job: J): Promise<LoadCost> {
    await this.prepare(target, job);
    const cost = await this.go();
    await this.end();
    return cost;
  }

  /** Ends it; there is nothing to keep. */
  stop(): Promise<void> {
    return this.#child.kill();
  }

  async #tell(command: Command<J>): Promise<Report> {
    const replied = this.#child.reply();
    this.#child.send(command);
    const report = (await replied) as Report;
    if (report.report === 'failed') throw new Error(`The load "${command.command}" failed: ${report.message}`);
    return report;
  }
}
