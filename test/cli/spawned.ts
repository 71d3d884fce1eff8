import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));

/** The command line in a process of its own, with no variables but those given. */
export class Spawned {
  readonly child: ChildProcess;
  out = '';
  err = '';

  /** `descriptorsMax`: how many files and sockets it may have open. */
  constructor(argv: string[], env: Record<string, string> = {}, descriptorsMax?: number) {
    const command = [process.execPath, main, ...argv];
    if (descriptorsMax !== undefined) command.unshift('/bin/sh', '-c', `ulimit -n ${descriptorsMax}; exec "$@"`, 'sh');
    this.child = spawn(command[0]!, command.slice(1), { env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.child.stdout!.setEncoding('utf8').on('data', text => {
      this.out += text;
    });
    this.child.stderr!.setEncoding('utf8').on('data', text => {
      this.err += text;
    });
  }

  /** Resolves once it has printed this; fails if it ends before. */
  async printed(text: string): Promise<void> {
    while (!this.out.includes(text)) {
      const more = await Promise.race([once(this.child.stdout!, 'data'), once(this.child, 'exit').then(() => null)]);
      if (more === null && !this.out.includes(text))
        throw new Error(`it ended without printing it:\n${this.out}${this.err}`);
    }
  }

  /** The exit code, once everything that it printed has been read. */
  async ended(): Promise<number | null> {
    if (this.child.exitCode === null && this.child.signalCode === null) await once(this.child, 'close');
    return this.child.exitCode;
  }
}

/** Runs lines in one shell, as if they were pasted. */
export function paste(shell: string, lines: string[], env: Record<string, string> = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { env: { PATH: process.env.PATH, ...env } };
    execFile(shell, ['-c', lines.join('\n')], options, (error, out) => (error ? reject(error) : resolve(out)));
  });
}
