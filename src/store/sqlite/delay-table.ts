import type Database from 'better-sqlite3';
import type {
  CancelDelayed,
  Delay,
  Delayed,
  DelayedCancelled,
  DelayedUpdated,
  EnterDue,
  EnteredDue,
  Priority,
  UpdateDelayed,
} from '../store.js';
import type { MessageTable } from './message-table.js';

/** Messages that enter the log when they are due. */
export class DelayTable {
  readonly #messages: MessageTable;
  readonly #sql;

  constructor(db: Database.Database, messages: MessageTable) {
    this.#messages = messages;
    this.#sql = {
      insert: db.prepare<[number, number, Priority, number, string, number, string, string]>(
        `INSERT INTO delayed (due_at, topic_id, priority, expires_at, msg_id, endpoint_id, sub_ids, body)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      ),
      version: db.prepare<[string], number>('SELECT version FROM delayed WHERE msg_id = ?').pluck(),
      update: db.prepare<[number, Priority, number, string, string]>(
        `UPDATE delayed SET due_at = ?, priority = ?, expires_at = ?, body = ?, version = version + 1 WHERE msg_id = ?`,
      ),
      cancel: db.prepare<[string]>('DELETE FROM delayed WHERE msg_id = ?'),
      due: db
        .prepare<[number, number], [number, number, Priority, number, string, string, string]>(
          `SELECT id, topic_id, priority, expires_at, msg_id, sub_ids, body
           FROM delayed WHERE due_at <= ? ORDER BY due_at, id LIMIT ?`,
        )
        .raw(),
      remove: db.prepare<[number]>('DELETE FROM delayed WHERE id = ?'),
      next: db.prepare<[], number | null>('SELECT min(due_at) FROM delayed').pluck(),
    };
  }

  get nextDueAt(): number | null {
    return this.#sql.next.get() ?? null;
  }

  add(delay: Delay): Delayed {
    const { dueAt, topicId, priority, expiresAt, body, msgId, endpointId, subIds } = delay;
    const reason = this.#messages.names.refusal(msgId, endpointId);
    if (reason !== null) return { outcome: reason };
    this.#messages.names.add(delay, null);
    this.#sql.insert.run(dueAt, topicId, priority, expiresAt, msgId, endpointId, JSON.stringify(subIds), body);
    return { outcome: 'stored' };
  }

  update({ msgId, version, dueAt, priority, expiresAt, body }: UpdateDelayed): DelayedUpdated {
    const known = this.#sql.version.get(msgId);
    if (known !== version) return { outcome: known === undefined ? 'gone' : 'changed' };
    this.#sql.update.run(dueAt, priority, expiresAt, body, msgId);
    return { outcome: 'updated' };
  }

  cancel({ msgId }: CancelDelayed): DelayedCancelled {
    if (this.#sql.cancel.run(msgId).changes === 0) return { outcome: 'gone' };
    this.#messages.names.enter(msgId, 0);
    this.#messages.names.release(msgId);
    return { outcome: 'cancelled' };
  }

  enterDue({ now, limit }: EnterDue): EnteredDue {
    const entered: EnteredDue['entered'] = [];
    for (const [id, topicId, priority, expiresAt, msgId, subIdsJson, body] of this.#sql.due.all(now, limit)) {
      const subIds = JSON.parse(subIdsJson) as number[];
      const addressed = subIds.length > 0 ? subIds : null;
      const position = this.#messages.enter({ topicId, priority, expiresAt, msgId, body, subIds: addressed });
      this.#messages.names.enter(msgId, position);
      this.#sql.remove.run(id);
      entered.push({ position, topicId, priority, subIds });
    }
    return { entered, nextDueAt: this.nextDueAt };
  }
}
