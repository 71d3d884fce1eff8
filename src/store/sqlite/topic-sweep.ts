import type Database from 'better-sqlite3';
import { priorityMax, priorityMin } from '../../protocol/message.js';
import type { Position, SweepTopic, Swept } from '../store.js';
import type { MessageTable } from './message-table.js';
import { place } from './schema.js';

type Found = [position: Position, placed: number, msgId: string | null];

/** Removes what a deleted topic had, wherever it is. */
export class TopicSweep {
  readonly #messages: MessageTable;
  readonly #sql;

  constructor(db: Database.Database, messages: MessageTable) {
    this.#messages = messages;
    this.#sql = prepare(db);
  }

  /** `goesOn`: asked for each row; false ends the sweep, of which there is more. */
  sweep({ topicId, limit }: SweepTopic, goesOn: () => boolean): Swept {
    let removed = 0;
    // What is delayed first, so that nothing enters a lane that has been swept.
    for (const [id, msgId] of this.#sql.delayed.all(topicId, limit)) {
      if (!goesOn()) return { removed, more: true };
      this.#sql.cancel.run(id);
      this.#messages.names.enter(msgId, 0);
      this.#messages.names.release(msgId);
      removed += 1;
    }
    for (const [position, placed, msgId] of this.#found(topicId, limit - removed)) {
      if (!goesOn()) return { removed, more: true };
      this.#sql.leaveOverlays.run(position);
      this.#messages.remove(position, placed, msgId);
      removed += 1;
    }
    if (removed === limit) return { removed, more: true };
    this.#sql.forget.run(topicId);
    return { removed, more: false };
  }

  #found(topicId: number, limit: number): Found[] {
    const found = this.#sql.apart.all(topicId, limit);
    for (let priority = priorityMin; priority <= priorityMax && found.length < limit; priority += 1) {
      found.push(...this.#sql.lane.all(topicId, priority, limit - found.length));
    }
    return found;
  }
}

function prepare(db: Database.Database) {
  return {
    delayed: db
      .prepare<[number, number], [id: number, msgId: string]>(
        'SELECT id, msg_id FROM delayed INDEXED BY delayed_topic WHERE topic_id = ? LIMIT ?',
      )
      .raw(),
    cancel: db.prepare<[number]>('DELETE FROM delayed WHERE id = ?'),
    apart: db
      .prepare<[number, number], Found>(
        `SELECT pos, place, msg_id FROM message INDEXED BY message_apart
         WHERE topic_id = ? AND place <> ${place.inLane} LIMIT ?`,
      )
      .raw(),
    lane: db
      .prepare<[number, number, number], Found>(
        `SELECT pos, place, msg_id FROM message INDEXED BY message_lane
         WHERE topic_id = ? AND priority = ? AND place = ${place.inLane} LIMIT ?`,
      )
      .raw(),
    leaveOverlays: db.prepare<[Position]>('DELETE FROM overlay WHERE pos = ?'),
    forget: db.prepare<[number]>('DELETE FROM topic WHERE id = ? AND is_deleted = 1'),
  };
}
