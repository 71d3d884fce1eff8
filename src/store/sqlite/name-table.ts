import type Database from 'better-sqlite3';
import { limits } from '../../protocol/limits.js';
import { expiryStep } from '../expiry.js';
import type { Position } from '../store.js';

interface NewName {
  msgId: string;
  endpointId: number;
  rememberUntil: number;
}

/**
 * The message ids that publishers gave. One is remembered until its time is over and its message is gone. When the
 * time is over first, `forget_step` is NULL, so that the id is not looked at again before its message goes.
 */
export class NameTable {
  readonly #sql;

  constructor(db: Database.Database) {
    this.#sql = {
      owner: db.prepare<[string], number>('SELECT endpoint_id FROM named WHERE msg_id = ?').pluck(),
      insert: db.prepare<[string, number, Position | null, number, number]>('INSERT INTO named VALUES (?, ?, ?, ?, ?)'),
      enter: db.prepare<[Position, string]>('UPDATE named SET pos = ? WHERE msg_id = ?'),
      release: db.prepare<[string]>(
        `UPDATE named SET forget_step = remember_until / ${limits.expiry_step_ms} WHERE msg_id = ? AND forget_step IS NULL`,
      ),
      due: db
        .prepare<[number, number], [msgId: string, rememberUntil: number, lives: number]>(
          `SELECT msg_id, remember_until, pos IS NULL OR EXISTS (SELECT 1 FROM message WHERE message.pos = named.pos)
           FROM named WHERE forget_step <= ? ORDER BY forget_step, msg_id LIMIT ?`,
        )
        .raw(),
      wait: db.prepare<[string]>('UPDATE named SET forget_step = NULL WHERE msg_id = ?'),
      forget: db.prepare<[string]>('DELETE FROM named WHERE msg_id = ?'),
    };
  }

  /** Why a message with this id may not be stored, or null. */
  refusal(msgId: string, endpointId: number): 'duplicate' | 'conflict' | null {
    const owner = this.#sql.owner.get(msgId);
    if (owner === undefined) return null;
    return owner === endpointId ? 'duplicate' : 'conflict';
  }

  /** `position` is null while the message is delayed. */
  add({ msgId, endpointId, rememberUntil }: NewName, position: Position | null): void {
    this.#sql.insert.run(msgId, endpointId, position, rememberUntil, expiryStep(rememberUntil));
  }

  /** A delayed message has entered the log. */
  enter(msgId: string, position: Position): void {
    this.#sql.enter.run(position, msgId);
  }

  /** The message is gone: from now on only the time counts. */
  release(msgId: string): void {
    this.#sql.release.run(msgId);
  }

  /** Looks at up to `limit` ids whose time may be over; returns true if there may be more. */
  forget(now: number, limit: number): boolean {
    const due = this.#sql.due.all(expiryStep(now), limit);
    let changed = 0;
    for (const [msgId, rememberUntil, lives] of due) {
      if (rememberUntil > now) continue;
      changed++;
      if (lives === 1) this.#sql.wait.run(msgId);
      else this.#sql.forget.run(msgId);
    }
    return due.length === limit && changed > 0;
  }
}
