import type Database from 'better-sqlite3';
import type {
  Changed,
  CreateEndpoint,
  CreateTopic,
  DeleteTopic,
  EndpointRow,
  Position,
  StretchRow,
  TopicRow,
  UpdateEndpoint,
  UpdateTopic,
} from '../store.js';
import { StretchTable } from './stretch-table.js';

/** Topics and endpoints, which the broker holds in memory whole. */
export class Directory {
  readonly #rights: StretchTable;
  readonly #sql;

  constructor(db: Database.Database) {
    this.#rights = new StretchTable(db, 'right_stretch', false);
    this.#sql = prepare(db);
  }

  createTopic({ name, options, keeps }: CreateTopic, position: Position): Changed {
    const { lastInsertRowid } = this.#sql.insertTopic.run(name, options, keeps ? position : null);
    return { id: Number(lastInsertRowid), position };
  }

  updateTopic({ id, options, keeps }: UpdateTopic, position: Position): Changed {
    this.#sql.updateTopic.run(options, id);
    if (keeps === true) this.#sql.keepTopic.run(position, id);
    if (keeps === false) this.#sql.dropTopic.run(id);
    return { id, position };
  }

  /** No name of a topic is without a `/`. */
  deleteTopic({ id }: DeleteTopic, position: Position): Changed {
    this.#sql.deleteTopic.run(`deleted ${id}`, id);
    return { id, position };
  }

  createEndpoint(operation: CreateEndpoint, position: Position): Changed {
    const { username, role, credential, publishPatterns, subscribePatterns } = operation;
    const { lastInsertRowid } = this.#sql.insertEndpoint.run(
      username,
      role,
      credential,
      JSON.stringify(publishPatterns),
    );
    const id = Number(lastInsertRowid);
    for (const pattern of subscribePatterns) this.#rights.open(id, pattern, position);
    return { id, position };
  }

  updateEndpoint(operation: UpdateEndpoint, position: Position): Changed {
    const { id, role, credential, publishPatterns, grant, revoke } = operation;
    const patterns = publishPatterns === undefined ? null : JSON.stringify(publishPatterns);
    if (this.#sql.updateEndpoint.run(role ?? null, credential ?? null, patterns, id).changes > 0) {
      for (const pattern of revoke ?? []) this.#rights.close(id, pattern, position);
      for (const pattern of grant ?? []) this.#rights.open(id, pattern, position);
      this.#rights.prune(id, operation.oldest);
    }
    return { id, position };
  }

  topics(): TopicRow[] {
    return this.#sql.topics.all().map(row => ({ ...row, isDeleted: row.isDeleted === 1 }));
  }

  endpoints(): EndpointRow[] {
    const rights = new Map<number, StretchRow[]>();
    for (const { ownerId, ...stretch } of this.#sql.rights.all()) {
      const known = rights.get(ownerId);
      if (known === undefined) rights.set(ownerId, [stretch]);
      else known.push(stretch);
    }
    return this.#sql.endpoints.all().map(({ publishPatterns, ...row }) => ({
      ...row,
      publishPatterns: JSON.parse(publishPatterns) as string[],
      rights: rights.get(row.id) ?? [],
    }));
  }
}

type StoredEndpoint = Omit<EndpointRow, 'publishPatterns' | 'rights'> & { publishPatterns: string };

function prepare(db: Database.Database) {
  return {
    insertTopic: db.prepare<[string, string, Position | null]>(
      'INSERT INTO topic (name, options, kept_from) VALUES (?, ?, ?)',
    ),
    keepTopic: db.prepare<[Position, number]>('UPDATE topic SET kept_from = ? WHERE id = ? AND kept_from IS NULL'),
    deleteTopic: db.prepare<[string, number]>(
      "UPDATE topic SET name = ?, options = '{}', kept_from = NULL, is_deleted = 1 WHERE id = ?",
    ),
    dropTopic: db.prepare<[number]>('UPDATE topic SET kept_from = NULL WHERE id = ?'),
    updateTopic: db.prepare<[string, number]>('UPDATE topic SET options = ? WHERE id = ?'),
    topics: db.prepare<[], Omit<TopicRow, 'isDeleted'> & { isDeleted: number }>(
      'SELECT id, name, options, kept_from AS keptFrom, is_deleted AS isDeleted FROM topic ORDER BY id',
    ),
    insertEndpoint: db.prepare<[string, string, string, string]>(
      'INSERT INTO endpoint (username, role, credential, publish_patterns) VALUES (?, ?, ?, ?)',
    ),
    updateEndpoint: db.prepare<[string | null, string | null, string | null, number]>(
      `UPDATE endpoint SET role = coalesce(?, role), credential = coalesce(?, credential),
       publish_patterns = coalesce(?, publish_patterns) WHERE id = ?`,
    ),
    endpoints: db.prepare<[], StoredEndpoint>(
      'SELECT id, username, role, credential, publish_patterns AS publishPatterns FROM endpoint ORDER BY id',
    ),
    rights: db.prepare<[], StretchRow & { ownerId: number }>(
      `SELECT owner_id AS ownerId, pattern, from_pos AS "from", to_pos AS "to" FROM right_stretch ORDER BY id`,
    ),
  };
}
