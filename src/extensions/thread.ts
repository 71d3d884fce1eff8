import { Worker } from 'node:worker_threads';
import type { Clock, Timer } from '../broker/clock.js';
import type { Limits } from '../protocol/limits.js';
import { ExtensionFault } from './extension-fault.js';
import type { Call, FoundFile, FromThread, Job, Loaded, Outcome, ThreadOptions, ToThread } from './thread-messages.js';

/** What the thread tells by itself. */
export interface ThreadEvents {
  called(id: number, service: string, call: Call): void;
  logged(line: FromThread & { kind: 'log' }): void;
  /** It is gone, and what was under way has failed. Not told of a thread that was ended on purpose, or never loaded. */
  broke(reason: string, stack: string | undefined): void;
}

export interface ThreadParts {
  clock: Clock;
  limits: Limits;
}

interface Running {
  end(result: JobResult): void;
  timer: Timer;
}

/**
 * Why a job has no outcome of its own. `late`: it took longer than it may. `lost`: the thread ended while it was under
 * way, maybe by its fault. `unstarted`: nothing of it was run.
 */
export type NoOutcome = 'late' | 'lost' | 'unstarted';

export type JobResult = Outcome & { why?: NoOutcome };

/**
 * The main thread's end of one thread with the files of the operator. Each job is answered, whatever happens there: a
 * thread that loops for ever does not answer its pings, and is ended from here.
 */
export class ExtensionThread {
  readonly #worker: Worker;
  readonly #parts: ThreadParts;
  readonly #on: ThreadEvents;
  readonly #jobs = new Map<number, Running>();
  readonly #begun = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  #lastId = 0;
  #unanswered = 0;
  #ping: Timer | null = null;
  #file: string | null = null;
  #loaded: Loaded | null = null;
  #isEnded = false;
  #isRetired = false;
  /** What it threw, before it ends of it. */
  #fault: { reason: string; stack: string | undefined } | null = null;
  #settleLoad: ((error: Error | null) => void) | null = null;

  private constructor(files: FoundFile[], parts: ThreadParts, on: ThreadEvents) {
    const { limits } = parts;
    this.#parts = parts;
    this.#on = on;
    const options: ThreadOptions = {
      files,
      callsMax: limits.extension_calls_max,
      logsPerSecMax: limits.extension_logs_per_sec_max,
      begun: this.#begun,
    };
    const resourceLimits = { maxOldGenerationSizeMb: Math.ceil(limits.extension_heap_bytes_max / 2 ** 20) };
    this.#worker = new Worker(new URL('./thread/main.js', import.meta.url), { workerData: options, resourceLimits });
    // What runs here is to end with the server, and never to keep it.
    this.#worker.unref();
    this.#worker.on('message', (message: FromThread) => this.#take(message));
    this.#worker.on('messageerror', error => this.#end(`it sent what cannot be read: ${error.message}`));
    // It ends after that, and what it had sent before comes in first: what was done by then has not failed.
    this.#worker.on('error', error => {
      this.#fault = { reason: describe(error), stack: (error as Error).stack };
    });
    this.#worker.on('exit', code => this.#end(this.#fault?.reason ?? describeExit(code)));
  }

  /** Resolves when all files are loaded. Rejects with `ExtensionFault`. */
  static async start(files: FoundFile[], parts: ThreadParts, on: ThreadEvents): Promise<ExtensionThread> {
    const thread = new ExtensionThread(files, parts, on);
    await thread.#load();
    return thread;
  }

  /** What its files define. */
  get loaded(): Loaded {
    return this.#loaded!;
  }

  /** It broke, or was ended. */
  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** Jobs that have no outcome yet. */
  get jobs(): number {
    return this.#jobs.size;
  }

  /** Resolves, and never rejects: with an error too if it takes too long or the thread ends. */
  run(job: Job, timeoutMs: number): Promise<JobResult> {
    if (this.#isEnded) return Promise.resolve(notRun('it has ended', 'unstarted'));
    return new Promise(resolve => {
      const id = ++this.#lastId;
      const timer = this.#parts.clock.after(timeoutMs, () => this.#expire(id, timeoutMs));
      const end = (result: JobResult) => {
        timer.cancel();
        this.#jobs.delete(id);
        resolve(result);
        if (this.#isRetired && this.#jobs.size === 0) void this.end();
      };
      this.#jobs.set(id, { end, timer });
      this.send({ kind: 'run', id, job });
    });
  }

  send(message: ToThread): void {
    if (!this.#isEnded) this.#worker.postMessage(message);
  }

  /** It gets no more work, and ends when it has done what it has. */
  retire(): void {
    this.#isRetired = true;
    if (this.#jobs.size === 0) void this.end();
  }

  /** Ends it now. What is under way fails. */
  async end(): Promise<void> {
    const worker = this.#worker;
    this.#end(null);
    await worker.terminate();
  }

  async #load(): Promise<void> {
    const { clock, limits } = this.#parts;
    const loaded = new Promise<Error | null>(resolve => {
      this.#settleLoad = resolve;
    });
    const most = limits.extension_load_ms_max;
    const timer = clock.after(most, () => this.#refuse(`it is not loaded after ${most} ms (extension_load_ms_max)`));
    const error = await loaded;
    timer.cancel();
    this.#settleLoad = null;
    if (error) {
      await this.end();
      throw error;
    }
    this.#pingLater();
  }

  #refuse(reason: string, details?: string): void {
    this.#settleLoad?.(new ExtensionFault(`${this.#file ?? 'services and hooks'}: ${reason}`, details));
  }

  #take(message: FromThread): void {
    // What was under way when it was ended may still come in.
    if (this.#isEnded) return;
    switch (message.kind) {
      case 'ran':
        this.#jobs.get(message.id)?.end(message.outcome);
        return;
      case 'call':
        this.#on.called(message.id, message.service, message.call);
        return;
      case 'log':
        this.#on.logged(message);
        return;
      case 'pong':
        this.#unanswered = 0;
        return;
      case 'loading':
        this.#file = message.file;
        return;
      case 'loaded':
        this.#loaded = message.loaded;
        this.#settleLoad?.(null);
        return;
      case 'refused':
        this.#refuse(message.reason, message.stack);
    }
  }

  #expire(id: number, timeoutMs: number): void {
    const limit = `its time limit of ${timeoutMs / 1000} s`;
    this.send({ kind: 'abort', id });
    // Behind one that computes for so long, or in a loop, it is not the one that is slow.
    const result: JobResult = this.#hasBegun(id)
      ? { error: `it took longer than ${limit}`, why: 'late' }
      : { error: `its thread did not come to it within ${limit}`, why: 'unstarted' };
    this.#jobs.get(id)?.end(result);
  }

  /** Jobs are begun in their order, and both counts are of all jobs there were. */
  #hasBegun(id: number): boolean {
    const waiting = (this.#lastId - Atomics.load(this.#begun, 0)) >>> 0;
    return id <= this.#lastId - waiting;
  }

  /** Counted in pings and not in time: if this thread is late itself, the answers are there before the next one. */
  #pingLater(): void {
    const { clock, limits } = this.#parts;
    this.#ping = clock.after(limits.extension_ping_ms, () => {
      if (this.#isEnded) return;
      if (this.#unanswered * limits.extension_ping_ms >= limits.extension_stall_ms_max) {
        this.#end(`it did nothing else for ${limits.extension_stall_ms_max} ms (extension_stall_ms_max)`);
        void this.#worker.terminate();
        return;
      }
      this.#unanswered += 1;
      this.send({ kind: 'ping' });
      this.#pingLater();
    });
  }

  /** Null: on purpose. */
  #end(reason: string | null): void {
    if (this.#isEnded) return;
    if (this.#settleLoad && reason !== null) {
      this.#refuse(reason);
      return;
    }
    this.#isEnded = true;
    this.#ping?.cancel();
    for (const [id, { end }] of [...this.#jobs]) {
      end(notRun(reason ?? 'it was ended', this.#hasBegun(id) ? 'lost' : 'unstarted'));
    }
    if (reason !== null) this.#on.broke(reason, this.#fault?.stack);
  }
}

function notRun(reason: string, why: 'lost' | 'unstarted'): JobResult {
  return { error: `the thread of services and hooks is gone: ${reason}`, why };
}

function describe(error: unknown): string {
  const { code, message } = error as Error & { code?: string };
  if (code === 'ERR_WORKER_OUT_OF_MEMORY') return 'it needed more memory than extension_heap_bytes_max';
  return `an exception that nobody caught: ${message ?? error}`;
}

/** 13 is how Node.js ends when nothing is left that could continue a module. */
function describeExit(code: number): string {
  return code === 13
    ? 'an await outside of all functions waits for what never comes'
    : `it ended by itself, with code ${code}`;
}
