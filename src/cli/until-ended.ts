import type { EventEmitter } from 'node:events';
import type { Logger } from '../log.js';

/** What can be ended, or ends by itself. */
export interface Endable {
  stop(): Promise<void>;
  /** Resolves when it cannot go on. It has said so in the log by then. */
  failed: Promise<Error>;
}

export interface EndOptions {
  /** Where signals come in: the process. */
  signals: Pick<EventEmitter, 'on'>;
  /** For whoever does not want to wait for the rest of a stop. */
  exitNow(code: number): void;
  stopMsMax: number;
  log: Logger;
}

/**
 * Resolves with the exit code once the server has ended: 0 if a signal asked for it and everything accepted is safe,
 * 1 if the server failed or did not end in time. A second signal does not wait.
 */
export function untilEnded(server: Endable, { signals, exitNow, stopMsMax, log }: EndOptions): Promise<number> {
  return new Promise(resolve => {
    let isStopping = false;
    let code = 0;
    const stop = () => {
      isStopping = true;
      const deadline = setTimeout(() => {
        log.error({ stop_ms_max: stopMsMax }, 'the server did not end in time');
        resolve(1);
      }, stopMsMax);
      const ended = server.stop().catch(error => {
        log.error({ err: error }, 'the stop failed');
        code = 1;
      });
      void ended.then(() => {
        clearTimeout(deadline);
        resolve(code);
      });
    };
    const onSignal = (signal: string) => {
      if (isStopping) return exitNow(1);
      log.info({ signal }, 'stopping');
      stop();
    };
    for (const signal of ['SIGTERM', 'SIGINT']) signals.on(signal, onSignal);
    void server.failed.then(() => {
      code = 1;
      if (!isStopping) stop();
    });
  });
}
