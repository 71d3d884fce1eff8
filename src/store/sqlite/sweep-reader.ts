import type Database from 'better-sqlite3';
import { priorityMax, priorityMin } from '../../protocol/message.js';
import type {
  BoundedRow,
  InterestPage,
  InterestQuery,
  InterestRow,
  MailboxRow,
  Position,
  Priority,
  SubscriptionRange,
  UseQuery,
  UseRow,
} from '../store.js';
import { place } from './schema.js';

/** Reads what sweeping has to know: who holds messages back, and what there is to remove. Each read is a page. */
export class SweepReader {
  readonly #sql;

  constructor(db: Database.Database) {
    this.#sql = prepare(db);
  }

  interests({ places, limit }: InterestQuery): InterestPage[] {
    return places.map(({ pattern, afterId }) => {
      const rows: InterestRow[] = [];
      for (const row of this.#sql.interests.iterate(pattern, afterId)) {
        if (rows.length >= limit && row.subId !== rows.at(-1)!.subId) return { rows, isLast: false };
        rows.push(row);
      }
      return { rows, isLast: true };
    });
  }

  uses({ pattern, afterId, limit }: UseQuery): UseRow[] {
    return this.#sql.uses.all(pattern, afterId, limit);
  }

  heads(topicIds: number[]): Position[][] {
    return topicIds.map(topicId => {
      const heads = new Array<Position>(priorityMax + 1).fill(Number.POSITIVE_INFINITY);
      for (let priority = priorityMin; priority <= priorityMax; priority++) {
        heads[priority] = this.#sql.head.get(topicId, priority) ?? Number.POSITIVE_INFINITY;
      }
      return heads;
    });
  }

  mailboxes(range: SubscriptionRange): MailboxRow[] {
    return listed(
      range,
      id => this.#sql.mailbox.get(id),
      after => this.#sql.nextMailbox.get(after),
    );
  }

  bounded(range: SubscriptionRange): BoundedRow[] {
    return listed(
      range,
      id => {
        if (this.#sql.isBounded.get(id) === undefined) return undefined;
        return { subId: id, patterns: this.#sql.patterns.all(id) };
      },
      after => this.#sql.nextBounded.get(after),
    );
  }
}

/** Some entries of an index of ids lead to nothing, as what is gone leaves it later. */
function listed<T>(
  range: SubscriptionRange,
  find: (id: number) => T | undefined,
  next: (afterId: number) => number | undefined,
): T[] {
  if ('ids' in range) {
    const ids = [...new Set(range.ids)].sort((a, b) => a - b);
    return ids.map(find).filter(row => row !== undefined);
  }
  const rows: T[] = [];
  for (let id = next(range.afterId); id !== undefined && rows.length < range.limit; id = next(id)) {
    const row = find(id);
    if (row !== undefined) rows.push(row);
  }
  return rows;
}

function prepare(db: Database.Database) {
  return {
    interests: db.prepare<[string, number], InterestRow>(
      `SELECT owner_id AS subId, endpoint_id AS endpointId, from_pos AS "from", to_pos AS "to", created_at AS createdAt, lanes
       FROM interest_stretch INDEXED BY interest_stretch_pattern CROSS JOIN subscription ON subscription.id = owner_id
       WHERE pattern = ? AND owner_id > ? ORDER BY owner_id, from_pos`,
    ),
    uses: db.prepare<[string, number, number], UseRow>(
      `SELECT owner_id AS subId, used_at AS usedAt
       FROM interest_stretch INDEXED BY interest_stretch_pattern CROSS JOIN subscription ON subscription.id = owner_id
       WHERE pattern = ? AND owner_id > ? GROUP BY owner_id ORDER BY owner_id LIMIT ?`,
    ),
    head: db
      .prepare<[number, Priority], Position>(
        `SELECT pos FROM message INDEXED BY message_lane
         WHERE topic_id = ? AND priority = ? AND place = ${place.inLane} ORDER BY pos LIMIT 1`,
      )
      .pluck(),
    nextMailbox: db
      .prepare<[number], number>('SELECT sub_id FROM mailbox WHERE sub_id > ? ORDER BY sub_id LIMIT 1')
      .pluck(),
    mailbox: db.prepare<[number], MailboxRow>(
      `SELECT id AS subId, created_at AS createdAt, lanes FROM subscription
       WHERE id = ? AND EXISTS (SELECT 1 FROM mailbox WHERE sub_id = subscription.id)`,
    ),
    nextBounded: db
      .prepare<[number], number>(
        `SELECT id FROM subscription INDEXED BY subscription_bounded
         WHERE instr(options, '"max_depth":') > 0 AND id > ? ORDER BY id LIMIT 1`,
      )
      .pluck(),
    isBounded: db
      .prepare<[number], number>(`SELECT 1 FROM subscription WHERE id = ? AND instr(options, '"max_depth":') > 0`)
      .pluck(),
    patterns: db
      .prepare<[number], string>(
        `SELECT DISTINCT pattern FROM interest_stretch INDEXED BY interest_stretch_owner WHERE owner_id = ? ORDER BY pattern`,
      )
      .pluck(),
  };
}
