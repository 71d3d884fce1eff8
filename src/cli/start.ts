import { loadConfig } from '../config.js';
import { createLog } from '../log.js';
import { startServer } from '../server.js';
import { banner } from './banner.js';
import { reloadOnHangup } from './on-hangup.js';
import { untilEnded } from './until-ended.js';
import { version } from './version.js';

/** Serves until it is told to end. Answers the exit code. Throws `ConfigError`, and what keeps the server from starting. */
export async function start(argv: string[], env: Readonly<Record<string, string | undefined>>): Promise<number> {
  const read = () => loadConfig({ argv, env });
  const config = read();
  const server = await startServer(config, { read });
  // Before the banner, because whoever has read it may send a signal.
  const ended = untilEnded(server, {
    signals: process,
    exitNow: code => process.exit(code),
    stopMsMax: config.limits.stop_ms_max,
    log: createLog(config.logLevel),
  });
  reloadOnHangup(server, process);
  process.stdout.write(banner({ version: version(), store: config.store, ...server }));
  return ended;
}
