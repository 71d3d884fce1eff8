import type Database from 'better-sqlite3';
import type { Delay, Delayed, EnterDue, EnteredDue, Priority } from '../store.js';
import type { MessageTable } from './message-table.js';

/** Messages that enter the log when they are due. */
export class DelayTable {
  readonly #messages: MessageTable;
  readonly #sql;

  constructor(db: Database.Database, messages: MessageTable) {
    this.#messages = messages;
    this.#sql = {
      insert: db.prepare<[number, number, Priority, number, string, string, string]>(
        `INSERT INTO delayed (due_at, topic_id, priority, expires_at, msg_id, sub_ids, body)
         VALUES (?, ?, ?, ?, ?, ?, ?)`,
      ),
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
    this.#sql.insert.run(dueAt, topicId, priority, expiresAt, msgId, JSON.stringify(subIds), body);
    return { outcome: 'stored' };
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
