import type Database from 'better-sqlite3';
import type { LoadedSubscription, OverlayRow, StretchRow, SubscriptionKey, SubscriptionRow } from '../store.js';

type StoredSubscription = Omit<SubscriptionRow, 'interests' | 'hasMailbox'>;

/** Reads subscriptions, which the broker has in memory only while they are in use. */
export class SubscriptionReader {
  readonly #sql;

  constructor(db: Database.Database) {
    this.#sql = prepare(db);
  }

  load(key: SubscriptionKey): LoadedSubscription | null {
    const row = this.#find(key);
    if (row === undefined) return null;
    return {
      row: this.#complete(row, this.#interests(row.id, row.id)),
      overlay: this.#sql.overlay.all(row.id),
    };
  }

  list(afterId: number, limit: number): SubscriptionRow[] {
    const rows = this.#sql.list.all(afterId, limit);
    if (rows.length === 0) return [];
    const interests = this.#interests(rows[0]!.id, rows.at(-1)!.id);
    return rows.map(row => this.#complete(row, interests));
  }

  countInterest(pattern: string): number {
    return this.#sql.countInterest.get(pattern)!;
  }

  countOf(endpointId: number): number {
    return this.#sql.countOf.get(endpointId)!;
  }

  #find(key: SubscriptionKey): StoredSubscription | undefined {
    if ('id' in key) return this.#sql.byId.get(key.id);
    if ('subKey' in key) return this.#sql.bySubKey.get(key.subKey);
    return this.#sql.byName.get(key.endpointId, key.name);
  }

  #complete(row: StoredSubscription, interests: Map<number, StretchRow[]>): SubscriptionRow {
    const hasMailbox = this.#sql.hasMailbox.get(row.id) !== undefined;
    return { ...row, interests: interests.get(row.id) ?? [], hasMailbox };
  }

  #interests(fromId: number, toId: number): Map<number, StretchRow[]> {
    const interests = new Map<number, StretchRow[]>();
    for (const { ownerId, ...stretch } of this.#sql.interests.iterate(fromId, toId)) {
      const known = interests.get(ownerId);
      if (known === undefined) interests.set(ownerId, [stretch]);
      else known.push(stretch);
    }
    return interests;
  }
}

function prepare(db: Database.Database) {
  const select = `SELECT id, sub_key AS subKey, endpoint_id AS endpointId, name, options, lanes, epoch,
    created_at AS createdAt FROM subscription`;
  return {
    byId: db.prepare<[number], StoredSubscription>(`${select} WHERE id = ?`),
    bySubKey: db.prepare<[string], StoredSubscription>(`${select} WHERE sub_key = ?`),
    byName: db.prepare<[number, string], StoredSubscription>(`${select} WHERE endpoint_id = ? AND name = ?`),
    list: db.prepare<[number, number], StoredSubscription>(`${select} WHERE id > ? ORDER BY id LIMIT ?`),
    interests: db.prepare<[number, number], StretchRow & { ownerId: number }>(
      `SELECT owner_id AS ownerId, pattern, from_pos AS "from", to_pos AS "to" FROM interest_stretch
       INDEXED BY interest_stretch_owner WHERE owner_id BETWEEN ? AND ? ORDER BY id`,
    ),
    overlay: db.prepare<[number], OverlayRow>(
      `SELECT pos AS position, state, topic_id AS topicId, home, priority, attempts, sent, due_at AS dueAt,
       expires_at AS expiresAt, version, last_error AS lastError, body FROM overlay WHERE sub_id = ? ORDER BY pos`,
    ),
    hasMailbox: db.prepare<[number], number>('SELECT 1 FROM mailbox WHERE sub_id = ? LIMIT 1').pluck(),
    countInterest: db
      .prepare<[string], number>('SELECT count(*) FROM interest_stretch WHERE pattern = ? AND to_pos IS NULL')
      .pluck(),
    countOf: db.prepare<[number], number>('SELECT count(*) FROM subscription WHERE endpoint_id = ?').pluck(),
  };
}
