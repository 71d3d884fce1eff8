import { type Logger, pino } from 'pino';

export type { Logger } from 'pino';

/** Lines of JSON on stderr. */
export function createLog(level: string): Logger {
  return pino({ level }, pino.destination(2));
}
