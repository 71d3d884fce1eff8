import Database from 'better-sqlite3';
import { limits } from '../../protocol/limits.js';
import { StoreRefused } from '../store.js';
import { sqliteCode } from './failure.js';

/**
 * Keeps other processes off this store. The lock is an exclusive transaction on an empty database beside the store:
 * the kernel takes it back when the process ends, however it ends, and no stale file can be mistaken for a lock.
 * Closing the returned database gives it up.
 */
export function lock(path: string): Database.Database {
  const db = new Database(`${path}-lock`, { timeout: limits.store_lock_wait_ms_max });
  try {
    db.exec('BEGIN EXCLUSIVE');
    return db;
  } catch (error) {
    db.close();
    if (sqliteCode(error) !== 'SQLITE_BUSY') throw error;
    throw new StoreRefused(`${path} is in use by another Holdfast process. Stop that one, or use another file.`);
  }
}
