/** What the main thread and the thread of services and hooks say to each other. */
import type { HookName } from '../broker/hooks/hooks.js';

/** A file of the operator, by its absolute path. */
export interface FoundFile {
  kind: 'services' | 'hooks';
  path: string;
}

/** What the thread is started with. */
export interface ThreadOptions {
  files: FoundFile[];
  /** Calls of services that may wait for their answers, before further ones are refused. */
  callsMax: number;
  /** Lines that are logged in a second, before further ones are left out. */
  logsPerSecMax: number;
  /**
   * Shared with the main thread: how many jobs were begun, modulo 2^32. A thread that is in a loop could not say it any
   * more, and to say it for each job in a message would cost as much as its outcome.
   */
  begun: Int32Array;
}

/** A service as a file defines it, checked. */
export interface LoadedService {
  name: string;
  file: string;
  topics: string[];
  /** By their names on the wire, not checked. */
  options: Record<string, unknown>;
  concurrency: number;
  timeoutSec: number;
}

/** Hooks as a file defines them, checked. Their place in the list is their number. */
export interface LoadedHooks {
  file: string;
  topics: string[];
  timeoutSec: number;
  has: HookName[];
}

export interface Loaded {
  services: LoadedService[];
  hooks: LoadedHooks[];
}

/** Work that is answered, once, unless the thread ends before. */
export type Job =
  /** A batch for a service: the JSON of a list of messages. `isSingle`: it is handed over without the list. */
  | { kind: 'service'; name: string; messages: string; isSingle: boolean }
  /** The call of hooks, by their numbers, one after the other. `message`: JSON; null for calls that have none. */
  | { kind: 'hook'; call: HookName; hooks: number[]; message: string | null; context: object };

export type ToThread =
  | { kind: 'run'; id: number; job: Job }
  /** Its time is over; it has been answered already. */
  | { kind: 'abort'; id: number }
  /** The answer of a call, as a JSON-RPC response. */
  | { kind: 'answer'; id: number; text: string }
  /** Messages that came in reply to requests: the JSON of a list. */
  | { kind: 'replies'; messages: string }
  | { kind: 'ping' };

/** How a job ended. `value` is plain data. */
export type Outcome = { value: unknown } | { error: string; stack?: string };

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** A call that the thread makes: `params` is JSON. `reply` publishes to whoever asked; see `service-calls.ts`. */
export interface Call {
  method: 'publish' | 'request' | 'reply';
  params: string;
}

export type FromThread =
  | { kind: 'loading'; file: string }
  | { kind: 'loaded'; loaded: Loaded }
  | { kind: 'refused'; reason: string; stack?: string }
  | { kind: 'ran'; id: number; outcome: Outcome }
  | { kind: 'call'; id: number; service: string; call: Call }
  | { kind: 'log'; level: LogLevel; source: object; message: string; details?: object }
  | { kind: 'pong' };
