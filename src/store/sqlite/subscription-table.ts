import type Database from 'better-sqlite3';
import type {
  CreateSubscription,
  DeleteSubscription,
  InterestChanged,
  Position,
  Settle,
  Settled,
  UpdateSubscription,
} from '../store.js';
import { KeptTopics } from './kept-topics.js';
import type { LetterTable } from './letter-table.js';
import type { MessageTable } from './message-table.js';
import { OverlayTable } from './overlay-table.js';
import { StretchTable } from './stretch-table.js';

/** Subscriptions with their stretches of interest and their overlay. */
export class SubscriptionTable {
  readonly #messages: MessageTable;
  readonly #letters: LetterTable;
  readonly #interests: StretchTable;
  readonly #overlay: OverlayTable;
  readonly #kept: KeptTopics;
  readonly #sql;

  constructor(db: Database.Database, messages: MessageTable, letters: LetterTable) {
    this.#messages = messages;
    this.#letters = letters;
    this.#interests = new StretchTable(db, 'interest_stretch', true);
    this.#overlay = new OverlayTable(db, messages);
    this.#kept = new KeptTopics(db);
    this.#sql = prepare(db);
  }

  create(operation: CreateSubscription, position: Position): InterestChanged {
    const { subKey, endpointId, name, options, patterns, queueing, usedAt = 0 } = operation;
    const start = Math.min(position, operation.from ?? position);
    const early = queueing && this.#kept.isAny ? this.#kept.startsOf(patterns) : [];
    const starts = new Map(early.map(({ pattern, from }) => [pattern, from]));
    const createdAt = Math.min(start, ...starts.values());
    const id = Number(this.#sql.insert.run(subKey, endpointId, name, options, createdAt, usedAt).lastInsertRowid);
    this.#sql.countUp.run(endpointId);
    for (const pattern of patterns) {
      this.#interests.open(id, pattern, Math.min(start, starts.get(pattern) ?? start));
      if (!queueing) this.#interests.close(id, pattern, position);
    }
    return early.length > 0 ? { id, position, early } : { id, position };
  }

  update(operation: UpdateSubscription, position: Position): InterestChanged {
    const { id, options, lanes, epoch, open, close, remove, overlayDelete } = operation;
    const kept = open?.length && this.#kept.isAny ? this.#kept.kept(open, position) : [];
    if (kept.length > 0) return { id, position, kept };
    if (this.#sql.update.run(options ?? null, lanes ?? null, epoch ?? null, id).changes > 0) {
      for (const pattern of remove ?? []) this.#interests.remove(id, pattern);
      for (const pattern of open ?? []) this.#interests.open(id, pattern, position);
      for (const pattern of close ?? []) this.#interests.close(id, pattern, position);
      if (open !== undefined || close !== undefined) this.#interests.prune(id, operation.oldest);
      for (const gone of overlayDelete ?? []) this.#overlay.remove(id, gone);
    }
    return left(id, position, remove?.length && this.#kept.isAny ? this.#kept.leave(remove, position) : []);
  }

  settle({ subId, lanes, overlayPut, overlayDelete, deadLetters, letterOrigins }: Settle): Settled {
    // One statement in the usual case, where nothing but a cursor moves.
    const exists =
      lanes === undefined ? this.#sql.exists.get(subId) !== undefined : this.#sql.settle.run(lanes, subId).changes > 0;
    if (exists) {
      for (const position of overlayDelete ?? []) this.#overlay.remove(subId, position);
      for (const row of overlayPut ?? []) this.#overlay.put(subId, row);
    }
    if (deadLetters === undefined) return { deadLetters: null };
    const entered = this.#messages.append(deadLetters);
    if (exists && letterOrigins) this.#letters.note(subId, deadLetters, entered, letterOrigins);
    return { deadLetters: entered };
  }

  /** The distinct ones, in order: a step of the index for each, however many subscriptions have it. */
  widePatterns(): string[] {
    const patterns: string[] = [];
    let next = this.#sql.nextWide.get('');
    for (; next !== undefined; next = this.#sql.nextWide.get(next)) patterns.push(next);
    return patterns;
  }

  /** A mailbox has no bound, so it is only marked as gone, and the sweeper empties it step by step. */
  delete({ id }: DeleteSubscription, position: Position): InterestChanged {
    const patterns = this.#kept.isAny ? this.#kept.patternsOf(id) : [];
    this.#overlay.removeAll(id);
    this.#interests.removeAll(id);
    this.#sql.abandonMailbox.run(id);
    this.#sql.countDown.run(id);
    this.#sql.remove.run(id);
    return left(id, position, this.#kept.leave(patterns, position));
  }
}

function left(id: number, position: Position, names: string[]): InterestChanged {
  return names.length > 0 ? { id, position, left: names } : { id, position };
}

function prepare(db: Database.Database) {
  return {
    insert: db.prepare<[string, number, string | null, string, Position, number]>(
      `INSERT INTO subscription (sub_key, endpoint_id, name, options, lanes, epoch, created_at, used_at)
       VALUES (?, ?, ?, ?, '', 0, ?, ?)`,
    ),
    update: db.prepare<[string | null, string | null, number | null, number]>(
      `UPDATE subscription SET options = coalesce(?, options), lanes = coalesce(?, lanes), epoch = coalesce(?, epoch)
       WHERE id = ?`,
    ),
    exists: db.prepare<[number], number>('SELECT 1 FROM subscription WHERE id = ?').pluck(),
    settle: db.prepare<[string, number]>('UPDATE subscription SET lanes = ? WHERE id = ?'),
    countUp: db.prepare<[number]>(
      'INSERT INTO subscription_count VALUES (?, 1) ON CONFLICT DO UPDATE SET subscriptions = subscriptions + 1',
    ),
    countDown: db.prepare<[number]>(
      `UPDATE subscription_count SET subscriptions = subscriptions - 1
       WHERE endpoint_id = (SELECT endpoint_id FROM subscription WHERE id = ?)`,
    ),
    nextWide: db
      .prepare<[string], string>(
        `SELECT pattern FROM interest_stretch INDEXED BY interest_stretch_wide
         WHERE instr(pattern, '*') > 0 AND pattern > ? ORDER BY pattern LIMIT 1`,
      )
      .pluck(),
    remove: db.prepare<[number]>('DELETE FROM subscription WHERE id = ?'),
    abandonMailbox: db.prepare<[number]>(
      'INSERT OR IGNORE INTO mailbox_gone SELECT sub_id FROM mailbox WHERE sub_id = ? LIMIT 1',
    ),
  };
}
