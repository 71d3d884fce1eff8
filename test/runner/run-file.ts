import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { bounds } from './bounds.js';
import type { Counts, FileMessage } from './message.js';
import { faultsOf } from './verdict.js';

export interface RunOptions {
  /** Seconds after which the file is killed, with all that it started. */
  limitSec: number;
  /** Milliseconds that its process may live on after its last test. */
  lingerMs?: number;
}

export interface Outcome {
  file: string;
  passed: number;
  /** Failed tests; a file with faults counts as one more. */
  failed: number;
  skipped: number;
  ms: number;
  /** What speaks against the file as a whole. */
  faults: string[];
  /** What its process wrote, stdout and stderr as they came. */
  output: string;
}

/** The outcome of a file that could not be run at all. */
export function notRun(file: string, fault: string): Outcome {
  return { file, passed: 0, failed: 1, skipped: 0, ms: 0, faults: [fault], output: '' };
}

const childPath = fileURLToPath(new URL('./child.js', import.meta.url));

/** The processes that are running now; each leads a group of its own, which holds what it starts. */
const running = new Set<ChildProcess>();

/** Ends every file that is running, for a runner that is told to stop. */
export function killAll(): void {
  for (const child of running) killGroup(child);
}

/** Runs one compiled test file in a process of its own. Never throws: what goes wrong is in the outcome. */
export function runFile(file: string, { limitSec, lingerMs = bounds.linger_ms }: RunOptions): Promise<Outcome> {
  const started = performance.now();
  const child = spawn(process.execPath, ['--enable-source-maps', childPath, file, String(lingerMs)], {
    env: plainEnvironment(),
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  running.add(child);
  const output = collectOutput(child);
  let counts: Counts | undefined;
  let lastTest: string | undefined;
  let killedAfterSec: number | undefined;

  child.on('message', (message: FileMessage) => {
    if (message.kind === 'running') lastTest = message.test;
    else counts = message;
  });
  const limit = setTimeout(() => {
    killedAfterSec = limitSec;
    killGroup(child);
  }, limitSec * 1_000);

  return new Promise(resolve => {
    child.on('error', error => output.push(String(error)));
    child.on('exit', () => {
      clearTimeout(limit);
      running.delete(child);
      killGroup(child);
      setTimeout(closeOutput, bounds.output_wait_ms, child).unref();
    });
    child.on('close', (code, signal) => {
      const faults = faultsOf({ counts, code, signal, killedAfterSec, lastTest });
      resolve({
        file,
        passed: counts?.passed ?? 0,
        failed: (counts?.failed ?? 0) + (faults.length > 0 ? 1 : 0),
        skipped: counts?.skipped ?? 0,
        ms: performance.now() - started,
        faults,
        output: output.join(''),
      });
    });
  });
}

/** Settings of the person who runs the tests must not reach the servers that the tests start. */
function plainEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('HOLDFAST_')));
}

function collectOutput(child: ChildProcess): string[] {
  const chunks: string[] = [];
  let room: number = bounds.output_chars_max;
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      if (room > 0) chunks.push(chunk.slice(0, room));
      if (room > 0 && chunk.length >= room) chunks.push('\n(the rest of the output is left out)\n');
      room -= chunk.length;
    });
  }
  return chunks;
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Nothing of the group is left.
  }
}

/** A process that left the group may hold the pipes open for ever. */
function closeOutput(child: ChildProcess): void {
  child.stdout?.destroy();
  child.stderr?.destroy();
}
