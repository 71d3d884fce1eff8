import type Database from 'better-sqlite3';
import { limits } from '../../protocol/limits.js';
import { priorityMax, priorityMin } from '../../protocol/message.js';
import { expiryStep } from '../expiry.js';
import type {
  Position,
  Priority,
  RangeSwept,
  SweepExpired,
  SweepMailbox,
  SweepRange,
  SweepSettled,
  SweepTopic,
  Swept,
} from '../store.js';
import type { LetterTable } from './letter-table.js';
import type { MessageTable } from './message-table.js';
import { place } from './schema.js';
import { TopicSweep } from './topic-sweep.js';

const everything: Position[] = new Array(priorityMax + 1).fill(Number.MAX_SAFE_INTEGER);

/** Rows of a range that are read before any of them goes: more than fit into the time of a commit would be read in vain. */
const rowsPerRead = 256;

/** Rows between two looks at the clock. */
const rowsPerLook = 64;

/**
 * Removes what nobody can see any more. Each step looks at `limit` rows at most, and each row that it looks at leaves
 * the index by which it was found, so that no row is looked at again and again.
 *
 * How long a row takes depends on what lies around it: 2 to 25 µs. As publishes wait behind a sweep, all sweeps of one
 * commit share a bound of time too; one that comes to it says that there is more.
 */
export class Sweeper {
  readonly #messages: MessageTable;
  readonly #letters: LetterTable;
  readonly #topics: TopicSweep;
  readonly #sql;
  readonly #nowMs: () => number;
  /** Rows of this commit. */
  #looked = 0;
  /** When the first sweep of this commit began. */
  #startedAt: number | null = null;
  #isOver = false;

  /** `nowMs`: milliseconds from any moment on. */
  constructor(
    db: Database.Database,
    messages: MessageTable,
    letters: LetterTable,
    nowMs: () => number = () => performance.now(),
  ) {
    this.#messages = messages;
    this.#letters = letters;
    this.#nowMs = nowMs;
    this.#topics = new TopicSweep(db, messages);
    this.#sql = prepare(db);
  }

  /** Called at the start of each commit. */
  begin(): void {
    this.#looked = 0;
    this.#startedAt = null;
    this.#isOver = false;
  }

  /**
   * In steps that are over, all have expired. In the current step the first ones are looked at only; what that misses
   * goes when the step is over, and until then no reader sees it.
   */
  expired({ now, limit }: SweepExpired): Swept {
    const rows = this.#sql.expiring.all(expiryStep(now), limit);
    let removed = 0;
    let kept = 0;
    for (const [position, expiresAt, placed, msgId] of rows) {
      if (!this.#goesOn()) return { removed, more: true };
      if (expiresAt > now) continue;
      const until = this.#messages.referredUntil(position) ?? now;
      if (until > now) kept += this.#messages.keep(position, placed, until) ? 1 : 0;
      else {
        this.#messages.remove(position, placed, msgId);
        removed++;
      }
    }
    const moreNames = this.#messages.names.forget(now, limit);
    const moreLetters = this.#letters.forget(now, limit);
    const moreMailboxes = this.#abandoned(limit);
    return {
      removed,
      more: moreNames || moreLetters || moreMailboxes || (rows.length === limit && removed + kept > 0),
    };
  }

  settled({ topicId, upto, limit }: SweepSettled): Swept {
    if (this.#isOver) return { removed: 0, more: true };
    let looked = 0;
    let removed = 0;
    for (let priority = priorityMin; priority <= priorityMax && looked < limit; priority++) {
      const rows = this.#sql.lane.all(topicId, priority, upto[priority] ?? 0, limit - looked);
      looked += rows.length;
      for (const [position, expiresAt, msgId] of rows) {
        if (!this.#goesOn()) return { removed, more: true };
        if (this.#messages.release(position, place.inLane, expiresAt, msgId)) removed++;
      }
    }
    return { removed, more: looked === limit };
  }

  range({ topicIds, upto, after, limit }: Omit<SweepRange, 'kind'>): RangeSwept {
    const swept = { removed: 0, more: true, looked: 0, reached: after };
    if (this.#isOver) return swept;
    const starts = new Map(topicIds.map((topicId, index) => [topicId, index * (priorityMax + 1)]));
    const last = Math.max(...upto);
    while (swept.looked < limit) {
      const wanted = Math.min(limit - swept.looked, rowsPerRead);
      const rows = this.#sql.range.all(swept.reached, last, wanted);
      for (const [position, topicId, priority, placed, expiresAt, msgId] of rows) {
        if (!this.#goesOn()) return swept;
        swept.looked += 1;
        swept.reached = position;
        const start = starts.get(topicId);
        if (start === undefined || placed !== place.inLane || position > upto[start + priority]!) continue;
        if (this.#messages.release(position, placed, expiresAt, msgId)) swept.removed += 1;
      }
      if (rows.length < wanted) return { ...swept, more: false };
    }
    return swept;
  }

  topic(operation: SweepTopic): Swept {
    if (this.#isOver) return { removed: 0, more: true };
    return this.#topics.sweep(operation, () => this.#goesOn());
  }

  mailbox({ subId, upto, limit }: Omit<SweepMailbox, 'kind'>): Swept {
    if (this.#isOver) return { removed: 0, more: true };
    let looked = 0;
    let removed = 0;
    for (let priority = priorityMin; priority <= priorityMax && looked < limit; priority++) {
      const positions = this.#sql.mailbox.all(subId, priority, upto[priority] ?? 0, limit - looked);
      looked += positions.length;
      for (const position of positions) {
        if (!this.#goesOn()) return { removed, more: true };
        this.#sql.leaveMailbox.run(subId, priority, position);
        if (this.#releaseUnaddressed(position)) removed++;
      }
    }
    return { removed, more: looked === limit };
  }

  /** One row more: false if the time of this commit is over. The first rows always have theirs. */
  #goesOn(): boolean {
    this.#startedAt ??= this.#nowMs();
    this.#looked += 1;
    if (this.#looked % rowsPerLook === 0) {
      this.#isOver = this.#nowMs() - this.#startedAt > limits.sweep_commit_ms_max;
    }
    return !this.#isOver;
  }

  /** Empties mailboxes of subscriptions that are gone. */
  #abandoned(limit: number): boolean {
    const subId = this.#sql.abandoned.get();
    if (subId === undefined) return false;
    const { more } = this.mailbox({ subId, upto: everything, limit });
    if (!more) this.#sql.forgetAbandoned.run(subId);
    return more || this.#sql.abandoned.get() !== undefined;
  }

  #releaseUnaddressed(position: Position): boolean {
    if (this.#sql.addressee.get(position) !== undefined) return false;
    const row = this.#sql.addressed.get(position);
    return row !== undefined && this.#messages.release(position, place.addressed, row[0], row[1]);
  }
}

function prepare(db: Database.Database) {
  return {
    expiring: db
      .prepare<[number, number], [position: Position, expiresAt: number, placed: number, msgId: string | null]>(
        `SELECT pos, expires_at, place, msg_id FROM message INDEXED BY message_expiry
         WHERE expiry_step <= ? ORDER BY expiry_step, pos LIMIT ?`,
      )
      .raw(),
    lane: db
      .prepare<[number, Priority, Position, number], [position: Position, expiresAt: number, msgId: string | null]>(
        `SELECT pos, expires_at, msg_id FROM message INDEXED BY message_lane
         WHERE topic_id = ? AND priority = ? AND place = ${place.inLane} AND pos <= ? ORDER BY pos LIMIT ?`,
      )
      .raw(),
    range: db
      .prepare<
        [Position, Position, number],
        [
          position: Position,
          topicId: number,
          priority: Priority,
          placed: number,
          expiresAt: number,
          msgId: string | null,
        ]
      >(
        `SELECT pos, topic_id, priority, place, expires_at, msg_id FROM message NOT INDEXED
         WHERE pos > ? AND pos <= ? ORDER BY pos LIMIT ?`,
      )
      .raw(),
    mailbox: db
      .prepare<[number, Priority, Position, number], Position>(
        'SELECT pos FROM mailbox WHERE sub_id = ? AND priority = ? AND pos <= ? ORDER BY pos LIMIT ?',
      )
      .pluck(),
    leaveMailbox: db.prepare<[number, Priority, Position]>(
      'DELETE FROM mailbox WHERE sub_id = ? AND priority = ? AND pos = ?',
    ),
    addressee: db.prepare<[Position], number>('SELECT sub_id FROM mailbox WHERE pos = ? LIMIT 1').pluck(),
    addressed: db
      .prepare<[Position], [expiresAt: number, msgId: string | null]>(
        `SELECT expires_at, msg_id FROM message WHERE pos = ? AND place = ${place.addressed}`,
      )
      .raw(),
    abandoned: db.prepare<[], number>('SELECT sub_id FROM mailbox_gone LIMIT 1').pluck(),
    forgetAbandoned: db.prepare<[number]>('DELETE FROM mailbox_gone WHERE sub_id = ?'),
  };
}
