import type Database from 'better-sqlite3';
import type { DelayedQuery, DelayedRow } from '../store.js';

type StoredDelay = Omit<DelayedRow, 'subIds'> & { subIds: string };

/** Reads messages that have not entered the log. */
export class DelayReader {
  readonly #sql;

  constructor(db: Database.Database) {
    const select = `SELECT id, due_at AS dueAt, topic_id AS topicId, priority, expires_at AS expiresAt, body,
      msg_id AS msgId, endpoint_id AS endpointId, sub_ids AS subIds, version FROM delayed`;
    this.#sql = {
      byMsgId: db.prepare<[string], StoredDelay>(`${select} WHERE msg_id = ?`),
      all: db.prepare<[number, number, number], StoredDelay>(
        `${select} WHERE (due_at, id) > (?, ?) ORDER BY due_at, id LIMIT ?`,
      ),
      ofEndpoint: db.prepare<[number, number, number, number], StoredDelay>(
        `${select} INDEXED BY delayed_endpoint WHERE endpoint_id = ? AND (due_at, id) > (?, ?)
         ORDER BY due_at, id LIMIT ?`,
      ),
    };
  }

  find(msgId: string): DelayedRow | null {
    const row = this.#sql.byMsgId.get(msgId);
    return row === undefined ? null : unpacked(row);
  }

  read({ endpointId, after: { dueAt, id }, limit, limitChars }: DelayedQuery): DelayedRow[] {
    const rows =
      endpointId === null
        ? this.#sql.all.iterate(dueAt, id, limit)
        : this.#sql.ofEndpoint.iterate(endpointId, dueAt, id, limit);
    const read: DelayedRow[] = [];
    let chars = 0;
    for (const row of rows) {
      read.push(unpacked(row));
      chars += row.body.length;
      if (chars >= limitChars) break;
    }
    return read;
  }
}

function unpacked(row: StoredDelay): DelayedRow {
  return { ...row, subIds: JSON.parse(row.subIds) as number[] };
}
