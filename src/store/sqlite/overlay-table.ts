import type Database from 'better-sqlite3';
import type { OverlayRow, Position } from '../store.js';
import type { MessageTable } from './message-table.js';

/** Messages of single subscriptions that left the line. */
export class OverlayTable {
  readonly #messages: MessageTable;
  readonly #sql;

  constructor(db: Database.Database, messages: MessageTable) {
    this.#messages = messages;
    this.#sql = {
      put: db.prepare<[{ subId: number } & OverlayRow]>(
        `INSERT OR REPLACE INTO overlay
         (sub_id, pos, state, topic_id, home, priority, top, attempts, sent, due_at, expires_at, version, last_error, body)
         VALUES (@subId, @position, @state, @topicId, @home, @priority, @top, @attempts, @sent, @dueAt, @expiresAt,
           @version, @lastError, @body)`,
      ),
      remove: db.prepare<[number, Position]>('DELETE FROM overlay WHERE sub_id = ? AND pos = ?'),
      removeAll: db.prepare<[number], Position>('DELETE FROM overlay WHERE sub_id = ? RETURNING pos').pluck(),
    };
  }

  put(subId: number, row: OverlayRow): void {
    this.#sql.put.run({ subId, ...row });
  }

  remove(subId: number, position: Position): void {
    if (this.#sql.remove.run(subId, position).changes > 0) this.#messages.unreferred(position);
  }

  removeAll(subId: number): void {
    for (const position of this.#sql.removeAll.all(subId)) this.#messages.unreferred(position);
  }
}
