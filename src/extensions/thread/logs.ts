import { inspect } from 'node:util';
import type { ServiceLog } from '../../services.js';
import type { FromThread, LogLevel } from '../thread-messages.js';

const messageCharsMax = 10_000;

/** Lines for the log of the broker. What a file logs in a circle does not drown the main thread. */
export class Logs {
  readonly #post: (message: FromThread) => void;
  readonly #perSecMax: number;
  #sinceMs = 0;
  #lines = 0;

  constructor(perSecMax: number, post: (message: FromThread) => void) {
    this.#perSecMax = perSecMax;
    this.#post = post;
  }

  /** `source`: what each line carries. */
  of(source: object): ServiceLog {
    return {
      debug: (message, details) => this.write('debug', source, message, details),
      info: (message, details) => this.write('info', source, message, details),
      warn: (message, details) => this.write('warn', source, message, details),
      error: (message, details) => this.write('error', source, message, details),
    };
  }

  write(level: LogLevel, source: object, message: string, details?: object): void {
    if (!this.#hasRoom(source)) return;
    const text = String(message).slice(0, messageCharsMax);
    try {
      this.#post({ kind: 'log', level, source, message: text, details });
    } catch {
      // Functions, sockets and the like cannot be sent to another thread.
      const shown = inspect(details).slice(0, messageCharsMax);
      this.#post({ kind: 'log', level, source, message: text, details: { details: shown } });
    }
  }

  #hasRoom(source: object): boolean {
    const nowMs = performance.now();
    if (nowMs - this.#sinceMs >= 1000) {
      const leftOut = this.#lines - this.#perSecMax;
      if (leftOut > 0) {
        const message = `${leftOut} lines of services and hooks were left out: they log too much`;
        this.#post({ kind: 'log', level: 'warn', source, message });
      }
      this.#sinceMs = nowMs;
      this.#lines = 0;
    }
    this.#lines += 1;
    return this.#lines <= this.#perSecMax;
  }
}
