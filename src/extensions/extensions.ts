import type { Timer } from '../broker/clock.js';
import { HookGate } from '../broker/hooks/hook-gate.js';
import { HoldfastError } from '../protocol/errors.js';
import { checkLoaded } from './check-loaded.js';
import { ExtensionFault } from './extension-fault.js';
import { type FilePatterns, findFiles } from './find-files.js';
import { ExtensionThread, type JobResult, type ThreadParts } from './thread.js';
import type { Call, FromThread, Job, Loaded, ToThread } from './thread-messages.js';

/** Where what happens to services and hooks is told. */
export interface ExtensionLog {
  debug(details: object, message: string): void;
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}

export interface ExtensionParts extends ThreadParts {
  patterns: FilePatterns;
  log: ExtensionLog;
  /** Refuses options of services that a subscription cannot have. Throws an error with the reason. */
  checkOptions(options: object): void;
}

/** What others hear of: set by who uses it, before anything can happen. */
export interface ExtensionEvents {
  /** There is a thread that takes jobs: another one than before, maybe with other definitions. */
  changed(): Promise<void>;
  /** A service calls. `answer` takes a JSON-RPC response. */
  called(service: string, call: Call, answer: (text: string) => void): void;
}

/** A fresh thread with the files as they were when it was asked for. It does nothing yet. */
export interface PreparedExtensions {
  readonly loaded: Loaded;
  /** It takes over, and the old one ends when it has done what it has. Rejects with `ExtensionFault`. */
  take(): Promise<void>;
  /** It ends, and the old one goes on. */
  discard(): Promise<void>;
}

const nothing: Loaded = { services: [], hooks: [] };

/**
 * The thread in which services and hooks run, and the one that follows it: after a reload, or after it broke. There is
 * one that takes jobs, or none for a while, or as long as there are no files; those that came before finish what they
 * have.
 */
export class Extensions {
  readonly #parts: ExtensionParts;
  readonly #retired = new Set<ExtensionThread>();
  #on: ExtensionEvents = { changed: async () => {}, called: () => {} };
  #current: ExtensionThread | null = null;
  #loaded = nothing;
  #patterns: FilePatterns;
  #reloading: Promise<void> = Promise.resolve();
  #restart: Timer | null = null;
  readonly #oneByOne = new HookGate(1);
  /** Threads that broke since one lasted. */
  #broken = 0;
  #isStopped = false;

  private constructor(parts: ExtensionParts) {
    this.#parts = parts;
    this.#patterns = parts.patterns;
  }

  /** Loads the files. Rejects with `ExtensionFault`. */
  static async load(parts: ExtensionParts): Promise<Extensions> {
    const extensions = new Extensions(parts);
    extensions.#use(await extensions.#start(parts.patterns));
    return extensions;
  }

  set on(events: ExtensionEvents) {
    this.#on = events;
  }

  /** What the files define; while there is no thread, what they defined last. */
  get loaded(): Loaded {
    return this.#loaded;
  }

  get isUp(): boolean {
    return this.#current !== null && !this.#isStopped;
  }

  /**
   * `isRepeated`: its messages were tried before. After a thread has broken, the one that broke it is among these, and
   * they run one by one until a thread lasts: then it takes none of the others down with it a second time.
   */
  run(job: Job, timeoutMs: number, isRepeated = false): Promise<JobResult> {
    if (isRepeated && this.#broken > 0) return this.#oneByOne.pass(() => this.#run(job, timeoutMs));
    return this.#run(job, timeoutMs);
  }

  /** To every thread that may wait for it. */
  tell(message: ToThread): void {
    for (const thread of [...this.#retired, ...(this.#current ? [this.#current] : [])]) thread.send(message);
  }

  /**
   * Loads the files as they are now in a fresh thread. If that works, it takes over, and the old one ends when it has
   * done what it has. Rejects with `ExtensionFault` if not: then the old one goes on.
   */
  async reload(): Promise<void> {
    await this.#inTurn(async () => this.#take(await this.#prepare(this.#patterns), this.#patterns));
  }

  /** The first half of a reload, which changes nothing. Rejects with `ExtensionFault`. */
  async prepare(patterns: FilePatterns): Promise<PreparedExtensions> {
    const next = await this.#inTurn(() => this.#prepare(patterns));
    return {
      loaded: next?.loaded ?? nothing,
      take: () => this.#inTurn(() => this.#take(next, patterns)),
      discard: async () => next?.end(),
    };
  }

  /** Ends all threads. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#restart?.cancel();
    const threads = [...this.#retired, ...(this.#current ? [this.#current] : [])];
    this.#current = null;
    await Promise.all(threads.map(thread => thread.end()));
  }

  #run(job: Job, timeoutMs: number): Promise<JobResult> {
    if (this.#current) return this.#current.run(job, timeoutMs);
    return Promise.resolve({ error: 'the thread of services and hooks is starting again', why: 'unstarted' });
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#reloading.then(work);
    this.#reloading = done.then(
      () => {},
      () => {},
    );
    return done;
  }

  #prepare(patterns: FilePatterns): Promise<ExtensionThread | null> {
    const most = this.#parts.limits.extension_threads_max;
    for (const thread of this.#retired) if (thread.jobs === 0) this.#retired.delete(thread);
    if (this.#retired.size >= most) {
      throw new HoldfastError('overloaded', `${most} threads of earlier reloads still have work: try again later.`);
    }
    return this.#start(patterns);
  }

  async #take(next: ExtensionThread | null, patterns: FilePatterns): Promise<void> {
    if (!next && this.#loaded === nothing) return;
    if (this.#isStopped) return next?.end();
    if (next?.isEnded) throw new ExtensionFault('services and hooks: their thread ended before it was used');
    this.#restart?.cancel();
    this.#restart = null;
    this.#patterns = patterns;
    const old = this.#current;
    this.#use(next);
    if (next && this.#broken > 0) this.#forgetLater(next);
    if (old) this.#retired.add(old);
    old?.retire();
    await this.#on.changed();
    this.#parts.log.info(this.#counts(), 'services and hooks were loaded again');
  }

  /** Null: there are no files, so there is nothing to be run. */
  async #start(patterns: FilePatterns): Promise<ExtensionThread | null> {
    const { checkOptions } = this.#parts;
    const files = await findFiles(patterns);
    if (files.length === 0) return null;
    let thread: ExtensionThread | null = null;
    thread = await ExtensionThread.start(files, this.#parts, {
      called: (id, service, call) => this.#on.called(service, call, text => thread?.send({ kind: 'answer', id, text })),
      logged: line => this.#write(line),
      broke: (reason, stack) => this.#broke(thread, reason, stack),
    });
    try {
      checkLoaded(thread.loaded, checkOptions);
      return thread;
    } catch (error) {
      await thread.end();
      throw error;
    }
  }

  #use(thread: ExtensionThread | null): void {
    this.#current = thread;
    this.#loaded = thread?.loaded ?? nothing;
  }

  #write({ level, source, message, details }: FromThread & { kind: 'log' }): void {
    this.#parts.log[level]({ ...source, ...details }, message);
  }

  #broke(thread: ExtensionThread | null, reason: string, stack: string | undefined): void {
    this.#parts.log.error(
      { reason, stack },
      'The thread of services and hooks has ended. What it had under way has failed',
    );
    if (thread !== this.#current || this.#isStopped) return;
    this.#current = null;
    this.#restartLater();
  }

  /** At first at once; if it breaks again and again, with longer and longer rests. */
  #restartLater(): void {
    const { clock, limits } = this.#parts;
    const wait = this.#broken === 0 ? 0 : limits.extension_restart_ms * 2 ** Math.min(this.#broken - 1, 20);
    this.#broken += 1;
    this.#restart = clock.after(Math.min(wait, limits.extension_restart_ms_max), () => void this.#startAgain());
  }

  async #startAgain(): Promise<void> {
    this.#restart = null;
    try {
      await this.reload();
    } catch (error) {
      const { message, details } = error as ExtensionFault;
      this.#parts.log.error({ reason: message, details }, 'Services and hooks cannot be loaded: none of them runs');
      if (!this.#isStopped) this.#restartLater();
    }
  }

  /** One that has lasted for as long as the longest rest is a good one. */
  #forgetLater(thread: ExtensionThread): void {
    this.#parts.clock.after(this.#parts.limits.extension_restart_ms_max, () => {
      if (this.#current === thread) this.#broken = 0;
    });
  }

  #counts(): object {
    return { services: this.#loaded.services.length, hooks: this.#loaded.hooks.length };
  }
}
