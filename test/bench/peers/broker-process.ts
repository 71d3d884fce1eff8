import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];
const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** Where a program is installed, or null. */
export function findProgram(name: string): string | null {
  return folders.map(folder => join(folder, name)).find(path => existsSync(path)) ?? null;
}

/** A port of 127.0.0.1 that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** A broker of another make, with a folder of its own that holds its configuration. */
export class BrokerProcess {
  readonly #child: ChildProcess;
  readonly #directory: string;

  /** Starts it with `config(directory)` in a file and waits until it has written `readyText`. */
  static async start(program: string, flag: string, config: (directory: string) => string, readyText: string) {
    const directory = mkdtempSync(join(tmpdir(), 'holdfast-peer-'));
    const file = join(directory, 'broker.conf');
    writeFileSync(file, config(directory));
    const child = spawn(program, [flag, file], { stdio: ['ignore', 'ignore', 'pipe'] });
    running.add(child);
    await new Promise<void>((resolve, reject) => {
      let text = '';
      child.stderr.setEncoding('utf8').on('data', (more: string) => {
        text += more;
        if (text.includes(readyText)) resolve();
      });
      child.once('error', reject);
      child.once('exit', code => reject(new Error(`${program} ended with ${code}: ${text}`)));
    });
    return new BrokerProcess(child, directory);
  }

  private constructor(child: ChildProcess, directory: string) {
    this.#child = child;
    this.#directory = directory;
  }

  async stop(): Promise<void> {
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await ended;
    running.delete(this.#child);
    rmSync(this.#directory, { recursive: true, force: true, maxRetries: 5 });
  }
}
