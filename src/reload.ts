import type { Config } from './config.js';
import { HoldfastError } from './protocol/errors.js';

export interface ReloadLog {
  info(details: object, message: string): void;
  error(details: object, message: string): void;
}

/** A configuration that may be used, as far as that can be known beforehand. */
export interface Prepared {
  /** Takes it over. What was taken over before a step that fails stays. */
  apply(): Promise<void>;
}

export interface ReloadParts {
  /** Reads the configuration as it is now. Throws `ConfigError`. */
  read(): Config;
  /** Checks it and loads what it names. Changes nothing. Throws `ConfigError`, or what tells of a fault in a file. */
  prepare(config: Config): Promise<Prepared>;
  log: ReloadLog;
}

/** Reads the configuration again while the server runs: at a signal, or because an administrator asks for it. */
export class Reload {
  readonly #parts: ReloadParts;
  #last: Promise<unknown> = Promise.resolve();

  constructor(parts: ReloadParts) {
    this.#parts = parts;
  }

  /** One after the other. Rejects with `HoldfastError`, which the log has as well, and which says what is true then. */
  run(): Promise<void> {
    const done = this.#last.then(() => this.#run());
    this.#last = done.catch(() => {});
    return done;
  }

  async #run(): Promise<void> {
    const { read, prepare, log } = this.#parts;
    const prepared = await this.#step('was not read again: all goes on as before', async () => prepare(read()));
    await this.#step('was taken over in part: mend what is wrong, and read it again', () => prepared.apply());
    log.info({}, 'the configuration was read again');
  }

  async #step<T>(outcome: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      const { message, details } = error as Error & { details?: unknown };
      this.#parts.log.error({ reason: message, details }, `The configuration ${outcome}`);
      if (error instanceof HoldfastError) throw error;
      throw new HoldfastError('conflict', `The configuration ${outcome}. ${message}`, { reason: message });
    }
  }
}
