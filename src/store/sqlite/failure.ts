import { StoreFailed, StoreFull, StoreRefused } from '../store.js';

/** An error as it crosses from a worker to the main thread, where only plain data arrives whole. */
export interface Failure {
  name: 'StoreFull' | 'StoreFailed' | 'StoreRefused';
  message: string;
}

const classes = { StoreFull, StoreFailed, StoreRefused };

export function toFailure(error: unknown): Failure {
  if (error instanceof StoreFull || error instanceof StoreFailed || error instanceof StoreRefused) {
    return { name: error.name, message: error.message };
  }
  return { name: 'StoreFailed', message: describe(error) };
}

export function toError({ name, message }: Failure): Error {
  return new classes[name](message);
}

/** At the start, an error of the file system or of SQLite means that the store cannot be used, not that it broke. */
export function refusal(error: unknown, path: string): unknown {
  if (error instanceof Error && 'code' in error) return new StoreRefused(`${path} cannot be opened: ${error.message}`);
  return error;
}

/** `SQLITE_FULL` and the like for an error of SQLite; undefined for any other. */
export function sqliteCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined;
  return error.code.startsWith('SQLITE_') ? error.code : undefined;
}

/** For the log: the code of SQLite says more than its message, and the stack of anything else is a fault of ours. */
export function describe(error: unknown): string {
  const code = sqliteCode(error);
  if (code !== undefined) return `${code}: ${(error as Error).message}`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
