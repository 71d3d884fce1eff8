import { StoreRefused } from '../store.js';

/** Before this version, SQLite could lose commits in a WAL that two connections checkpoint at the same time. */
const sqliteVersionMin = [3, 51, 3] as const;

/** Node-API version that better-sqlite3 from 13 on is built for; on an older one it ends the process at loading. */
const napiVersionMin = 10;

export interface Runtime {
  /** Version of the package `better-sqlite3`. */
  packageVersion: string;
  nodeVersion: string;
  /** Node-API version of the running Node. */
  napiVersion: string;
}

/** Throws `StoreRefused` where loading better-sqlite3 would crash; called before it is loaded. */
export function checkRuntime({ packageVersion, nodeVersion, napiVersion }: Runtime): void {
  const major = Number.parseInt(packageVersion, 10);
  if (major < 13 || Number(napiVersion) >= napiVersionMin) return;
  throw new StoreRefused(
    `better-sqlite3 ${packageVersion} needs Node.js 22.14 or newer, and this is ${nodeVersion}. ` +
      'Update Node.js, or delete node_modules and run npm ci with this version of Node.js.',
  );
}

/** Throws `StoreRefused` for a SQLite that may lose what was committed. */
export function checkSqliteVersion(version: string): void {
  const parts = version.split('.').map(Number);
  const difference = sqliteVersionMin.map((part, index) => (parts[index] ?? 0) - part).find(each => each !== 0) ?? 0;
  if (difference >= 0) return;
  throw new StoreRefused(
    `SQLite ${version} can lose commits in its write-ahead log; ${sqliteVersionMin.join('.')} or newer is needed. ` +
      'Run npm update better-sqlite3.',
  );
}
