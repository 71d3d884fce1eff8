/** Starts the server as `holdfast start` does, with the fault of `FAULT` in a SQLite store of at most `PAGES_MAX` pages. */
import { untilEnded } from '../../src/cli/until-ended.js';
import { loadConfig } from '../../src/config.js';
import { createLog } from '../../src/log.js';
import { startServer } from '../../src/server.js';
import { openSqliteStore } from '../../src/store/sqlite.js';
import { type FaultName, plant } from './faulty-store.js';

const config = loadConfig({ argv: [], env: process.env });
const pagesMax = process.env.PAGES_MAX === undefined ? undefined : Number(process.env.PAGES_MAX);
const store = openSqliteStore(config.store.slice('sqlite:'.length), { pagesMax });
const server = await startServer(config, { store: plant(store, process.env.FAULT as FaultName) });
const ended = untilEnded(server, {
  signals: process,
  exitNow: code => process.exit(code),
  stopMsMax: config.limits.stop_ms_max,
  log: createLog(config.logLevel),
});
console.log(`${server.url.replace('http', 'ws')}/ws`);
process.exit(await ended);
