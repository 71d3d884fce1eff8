import type Database from 'better-sqlite3';
import { priorityMax, priorityMin } from '../../protocol/message.js';
import type { InterestChanged, Position } from '../store.js';
import { place } from './schema.js';

/** Topics that keep what is published while no subscription names them. Where no topic does, one look tells. */
export class KeptTopics {
  readonly #sql;

  constructor(db: Database.Database) {
    this.#sql = {
      keeping: db
        .prepare<[], number>('SELECT 1 FROM topic INDEXED BY topic_keeping WHERE kept_from IS NOT NULL')
        .pluck(),
      // Which subscription is the first is decided in the transaction that makes it: there is never a second one.
      unnamed: db.prepare<[string], { id: number; keptFrom: Position }>(
        `SELECT id, kept_from AS keptFrom FROM topic WHERE name = ? AND kept_from IS NOT NULL AND NOT EXISTS
         (SELECT 1 FROM interest_stretch INDEXED BY interest_stretch_pattern WHERE pattern = topic.name)`,
      ),
      message: db
        .prepare<[number, number, Position, Position], number>(
          `SELECT 1 FROM message INDEXED BY message_lane
           WHERE topic_id = ? AND priority = ? AND place = ${place.inLane} AND pos > ? AND pos <= ? LIMIT 1`,
        )
        .pluck(),
      leave: db.prepare<[Position, number]>('UPDATE topic SET kept_from = ? WHERE id = ?'),
      patterns: db
        .prepare<[number], string>(
          'SELECT DISTINCT pattern FROM interest_stretch INDEXED BY interest_stretch_owner WHERE owner_id = ?',
        )
        .pluck(),
    };
  }

  get isAny(): boolean {
    return this.#sql.keeping.get() !== undefined;
  }

  /** Where the interest of the first subscription to these topics begins, for those that keep something for it. */
  startsOf(patterns: readonly string[]): NonNullable<InterestChanged['early']> {
    return patterns.flatMap(pattern => {
      const topic = this.#sql.unnamed.get(pattern);
      return topic === undefined ? [] : [{ pattern, from: topic.keptFrom }];
    });
  }

  /** Those of these topics that have something for their first subscription. */
  kept(patterns: readonly string[], position: Position): string[] {
    return patterns.filter(pattern => {
      const topic = this.#sql.unnamed.get(pattern);
      if (topic === undefined) return false;
      const { id, keptFrom } = topic;
      for (let p = priorityMin; p <= priorityMax; p++) {
        if (this.#sql.message.get(id, p, keptFrom, position) !== undefined) return true;
      }
      return false;
    });
  }

  patternsOf(subId: number): string[] {
    return this.#sql.patterns.all(subId);
  }

  /** After stretches of these patterns were removed. Answers the topics that nobody names any more. */
  leave(patterns: readonly string[], position: Position): string[] {
    return patterns.filter(pattern => {
      const topic = this.#sql.unnamed.get(pattern);
      if (topic !== undefined) this.#sql.leave.run(position, topic.id);
      return topic !== undefined;
    });
  }
}
