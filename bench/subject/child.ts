import type { ChildProcess, Serializable } from 'node:child_process';
import { once } from 'node:events';

/** A stop that takes longer than this is a failure of the server. */
const stopMsMax = 30_000;
/** Far above what anything takes here: a process that is stuck must not keep the bench for ever. */
const replyMsMax = 300_000;
/** What is kept of the standard error of a process, to explain its failure. */
const stderrCharactersMax = 4_000;

const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** Has a Node process listen for a debugger, on a free port that it tells on its standard error. */
export const inspectFlag = '--inspect=127.0.0.1:0';
const inspectUrl = /^Debugger listening on (ws:\S+)$/m;

/** A process of the bench: it never outlives the bench, and explains itself when it dies. */
export class Child {
  readonly #process: ChildProcess;
  #stderr = '';

  constructor(child: ChildProcess) {
    this.#process = child;
    running.add(child);
    child.once('exit', () => running.delete(child));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-stderrCharactersMax);
    });
  }

  get pid(): number {
    if (this.#process.pid === undefined) throw new Error('The process could not be started');
    return this.#process.pid;
  }

  send(message: Serializable): void {
    this.#process.send(message);
  }

  /** The next message of the process; rejects if it ends before, or says nothing for too long. */
  reply(): Promise<unknown> {
    const child = this.#process;
    return new Promise((resolve, reject) => {
      const settle = (settled: () => void) => {
        clearTimeout(timer);
        child.off('message', onMessage);
        child.off('exit', onExit);
        settled();
      };
      const onMessage = (message: unknown) => settle(() => resolve(message));
      const onExit = () => settle(() => reject(this.#badEnd()));
      const timer = setTimeout(() => settle(() => reject(new Error('A process is stuck'))), replyMsMax);
      child.on('message', onMessage);
      child.on('exit', onExit);
    });
  }

  /** Where a process that was started with `inspectFlag` listens for a debugger; it tells so before it does anything. */
  get debuggerUrl(): string {
    const url = inspectUrl.exec(this.#stderr)?.[1];
    if (url === undefined) throw new Error(`The process listens for no debugger: ${this.#stderr}`);
    return url;
  }

  /** Throws if the process has ended. */
  ensureRunning(): void {
    if (this.#hasEnded) throw this.#badEnd();
  }

  /** Asks the process to end; rejects if it does not, or not well. */
  async stop(): Promise<void> {
    await this.#end('SIGTERM');
    if (this.#process.exitCode !== 0) throw this.#badEnd();
  }

  kill(): Promise<void> {
    return this.#end('SIGKILL');
  }

  get #hasEnded(): boolean {
    return this.#process.exitCode !== null || this.#process.signalCode !== null;
  }

  #badEnd(): Error {
    const { exitCode, signalCode } = this.#process;
    return new Error(`The process ended with ${exitCode ?? signalCode}: ${this.#stderr}`);
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    if (this.#hasEnded) return;
    const exited = once(this.#process, 'exit', { signal: AbortSignal.timeout(stopMsMax) });
    this.#process.kill(signal);
    await exited;
  }
}
