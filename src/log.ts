import { type DestinationStream, type Logger, pino } from 'pino';

export type { Logger } from 'pino';

/** What no line may show, wherever in an object it stands. Up to three levels, which is as deep as anything logged is. */
const secrets = ['password', 'authorization', 'sub_key', 'subKey'].flatMap(name => [name, `*.${name}`, `*.*.${name}`]);

/** Lines of JSON, on stderr unless told otherwise. `level`: `debug` … `silent`. */
export function createLog(level: string, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: undefined,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths: secrets, censor: '***' },
  };
  // Written at once: the line that matters most is the last one before the process ends.
  return pino(options, destination ?? pino.destination({ dest: 2, sync: true }));
}
