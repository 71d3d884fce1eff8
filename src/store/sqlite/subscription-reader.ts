import type Database from 'better-sqlite3';
import type {
  ListedRow,
  ListQuery,
  LoadedSubscription,
  OverlayRow,
  StretchRow,
  SubscriptionKey,
  SubscriptionRow,
} from '../store.js';

type Listed = Omit<ListedRow, 'patterns'>;
type StoredSubscription = Omit<SubscriptionRow, 'interests' | 'hasMailbox'>;

/** Reads single subscriptions, which the broker has in memory only while they are in use. */
export class SubscriptionReader {
  readonly #sql;

  constructor(db: Database.Database) {
    this.#sql = prepare(db);
  }

  load(key: SubscriptionKey): LoadedSubscription | null {
    const row = this.#find(key);
    if (row === undefined) return null;
    const hasMailbox = this.#sql.hasMailbox.get(row.id) !== undefined;
    return {
      row: { ...row, interests: this.#sql.interests.all(row.id), hasMailbox },
      overlay: this.#sql.overlay.all(row.id),
    };
  }

  list({ afterId, limit, endpointId, isStanding }: ListQuery): ListedRow[] {
    const rows = isStanding
      ? this.#sql.standing.all(afterId, limit)
      : endpointId === undefined
        ? this.#sql.all.all(afterId, limit)
        : this.#sql.ofEndpoint.all(endpointId, afterId, limit);
    return rows.map(row => ({ ...row, patterns: this.#sql.patterns.all(row.id) }));
  }

  countInterest(pattern: string): number {
    return this.#sql.countInterest.get(pattern)!;
  }

  countOf(endpointId: number): number {
    return this.#sql.countOf.get(endpointId) ?? 0;
  }

  #find(key: SubscriptionKey): StoredSubscription | undefined {
    if ('id' in key) return this.#sql.byId.get(key.id);
    if ('subKey' in key) return this.#sql.bySubKey.get(key.subKey);
    return this.#sql.byName.get(key.endpointId, key.name);
  }
}

function prepare(db: Database.Database) {
  const select = `SELECT id, sub_key AS subKey, endpoint_id AS endpointId, name, options, lanes, epoch,
    created_at AS createdAt FROM subscription`;
  const listed = 'SELECT id, sub_key AS subKey, endpoint_id AS endpointId, name, options FROM subscription';
  return {
    all: db.prepare<[number, number], Listed>(`${listed} WHERE id > ? ORDER BY id LIMIT ?`),
    ofEndpoint: db.prepare<[number, number, number], Listed>(
      `${listed} INDEXED BY subscription_endpoint WHERE endpoint_id = ? AND id > ? ORDER BY id LIMIT ?`,
    ),
    standing: db.prepare<[number, number], Listed>(
      `${listed} INDEXED BY subscription_standing
       WHERE instr(options, '"receiver":') > 0 AND id > ? ORDER BY id LIMIT ?`,
    ),
    patterns: db
      .prepare<[number], string>(
        `SELECT DISTINCT pattern FROM interest_stretch INDEXED BY interest_stretch_owner WHERE owner_id = ? ORDER BY pattern`,
      )
      .pluck(),
    byId: db.prepare<[number], StoredSubscription>(`${select} WHERE id = ?`),
    bySubKey: db.prepare<[string], StoredSubscription>(`${select} WHERE sub_key = ?`),
    byName: db.prepare<[number, string], StoredSubscription>(`${select} WHERE endpoint_id = ? AND name = ?`),
    interests: db.prepare<[number], StretchRow>(
      `SELECT pattern, from_pos AS "from", to_pos AS "to" FROM interest_stretch
       INDEXED BY interest_stretch_owner WHERE owner_id = ? ORDER BY id`,
    ),
    overlay: db.prepare<[number], OverlayRow>(
      `SELECT pos AS position, state, topic_id AS topicId, home, priority, top, attempts, sent, due_at AS dueAt,
       expires_at AS expiresAt, version, last_error AS lastError, body FROM overlay WHERE sub_id = ? ORDER BY pos`,
    ),
    hasMailbox: db.prepare<[number], number>('SELECT 1 FROM mailbox WHERE sub_id = ? LIMIT 1').pluck(),
    countInterest: db
      .prepare<[string], number>(
        `SELECT count(*) FROM interest_stretch INDEXED BY interest_stretch_pattern WHERE pattern = ? AND to_pos IS NULL`,
      )
      .pluck(),
    countOf: db.prepare<[number], number>('SELECT subscriptions FROM subscription_count WHERE endpoint_id = ?').pluck(),
  };
}
