import type Database from 'better-sqlite3';
import type { Position } from '../store.js';

/** Stretches of positions by owner and pattern: rights of endpoints, or interests of subscriptions. */
export class StretchTable {
  readonly #sql;

  /** With `keepLatest`, the latest stretch of a pattern stays although no message lies in it any more. */
  constructor(db: Database.Database, table: 'right_stretch' | 'interest_stretch', keepLatest: boolean) {
    const unlessLatest = keepLatest
      ? `AND EXISTS (SELECT 1 FROM ${table} AS later WHERE later.owner_id = ${table}.owner_id
           AND later.pattern = ${table}.pattern AND later.id > ${table}.id)`
      : '';
    this.#sql = {
      latest: db
        .prepare<[number, string], [id: number, to: Position | null]>(
          `SELECT id, to_pos FROM ${table} WHERE owner_id = ? AND pattern = ? ORDER BY id DESC LIMIT 1`,
        )
        .raw(),
      reopen: db.prepare<[number]>(`UPDATE ${table} SET to_pos = NULL WHERE id = ?`),
      insert: db.prepare<[number, string, Position]>(
        `INSERT INTO ${table} (owner_id, pattern, from_pos) VALUES (?, ?, ?)`,
      ),
      close: db.prepare<[Position, number, string]>(
        `UPDATE ${table} SET to_pos = ? WHERE owner_id = ? AND pattern = ? AND to_pos IS NULL`,
      ),
      remove: db.prepare<[number, string]>(`DELETE FROM ${table} WHERE owner_id = ? AND pattern = ?`),
      removeAll: db.prepare<[number]>(`DELETE FROM ${table} WHERE owner_id = ?`),
      prune: db.prepare<[number, Position]>(
        `DELETE FROM ${table} WHERE owner_id = ? AND to_pos IS NOT NULL
         AND (to_pos <= from_pos OR to_pos < min(?, coalesce((SELECT min(pos) FROM message), 9e18))) ${unlessLatest}`,
      ),
    };
  }

  /** Opens a stretch after `position`; one that is open, or that ended just there, goes on. */
  open(ownerId: number, pattern: string, position: Position): void {
    const latest = this.#sql.latest.get(ownerId, pattern);
    if (latest === undefined || (latest[1] !== null && latest[1] !== position)) {
      this.#sql.insert.run(ownerId, pattern, position);
    } else if (latest[1] === position) this.#sql.reopen.run(latest[0]);
  }

  close(ownerId: number, pattern: string, position: Position): void {
    this.#sql.close.run(position, ownerId, pattern);
  }

  remove(ownerId: number, pattern: string): void {
    this.#sql.remove.run(ownerId, pattern);
  }

  removeAll(ownerId: number): void {
    this.#sql.removeAll.run(ownerId);
  }

  /**
   * Removes stretches in which no message lies any more, so that switching on and off does not pile them up. `oldest`:
   * there are others from here on, elsewhere.
   */
  prune(ownerId: number, oldest: Position = Number.MAX_SAFE_INTEGER): void {
    this.#sql.prune.run(ownerId, oldest);
  }
}
