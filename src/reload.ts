import type { Config } from './config.js';
import { HoldfastError } from './protocol/errors.js';

export interface ReloadLog {
  info(details: object, message: string): void;
  error(details: object, message: string): void;
}

export interface ReloadParts {
  /** Reads the configuration as it is now. Throws `ConfigError`. */
  read(): Config;
  /** What takes it over, in this order; what comes after one that fails is not tried. */
  steps: ((config: Config) => Promise<void>)[];
  log: ReloadLog;
}

/** Reads the configuration again while the server runs: at a signal, or because an administrator asks for it. */
export class Reload {
  readonly #parts: ReloadParts;
  #last: Promise<unknown> = Promise.resolve();

  constructor(parts: ReloadParts) {
    this.#parts = parts;
  }

  /** One after the other. Rejects with `HoldfastError`, which the log has as well: then all goes on as it was. */
  run(): Promise<void> {
    const done = this.#last.then(() => this.#run());
    this.#last = done.catch(() => {});
    return done;
  }

  async #run(): Promise<void> {
    const { read, steps, log } = this.#parts;
    try {
      const config = read();
      for (const step of steps) await step(config);
      log.info({}, 'the configuration was read again');
    } catch (error) {
      const { message, details } = error as Error & { details?: unknown };
      log.error({ reason: message, details }, 'The configuration was not read again: all goes on as before');
      if (error instanceof HoldfastError) throw error;
      throw new HoldfastError('conflict', `The configuration was not read again: ${message}`, { reason: message });
    }
  }
}
