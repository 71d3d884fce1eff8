import type Database from 'better-sqlite3';
import { expiryStep } from '../expiry.js';
import type { PositionCounter } from '../positions.js';
import type { Append, Appended, Draw, Position, Priority } from '../store.js';
import { NameTable } from './name-table.js';
import { place } from './schema.js';

export interface Entering {
  topicId: number;
  priority: Priority;
  expiresAt: number;
  msgId: string | null;
  body: string;
  /** Null: for the lanes. */
  subIds: number[] | null;
}

/** The log: messages, where they are to be found, and their mailboxes. */
export class MessageTable {
  readonly names: NameTable;
  readonly #positions: PositionCounter;
  readonly #sql;

  constructor(db: Database.Database, positions: PositionCounter) {
    this.names = new NameTable(db);
    this.#positions = positions;
    this.#sql = prepare(db);
  }

  append(columns: Append): Appended {
    const first = this.#positions.last + 1;
    const refused: Appended['refused'] = [];
    let nextNamed = 0;
    let nextAddressed = 0;
    for (let index = 0; index < columns.bodies.length; index++) {
      const name = columns.named[nextNamed]?.index === index ? columns.named[nextNamed++] : undefined;
      const subIds =
        columns.addressed[nextAddressed]?.index === index ? columns.addressed[nextAddressed++]!.subIds : null;
      const reason = name === undefined ? null : this.names.refusal(name.msgId, name.endpointId);
      if (reason !== null) {
        refused.push({ index, reason });
        continue;
      }
      const position = this.#insert(
        columns.topicIds[index]!,
        columns.priorities[index]!,
        columns.expiresAt[index]!,
        name?.msgId ?? null,
        columns.bodies[index]!,
        subIds,
      );
      if (name !== undefined) this.names.add(name, position);
    }
    return { first, refused };
  }

  draw({ count, named }: Draw): Appended {
    const first = this.#positions.last + 1;
    const refused: Appended['refused'] = [];
    for (const name of named) {
      const reason = this.names.refusal(name.msgId, name.endpointId);
      if (reason !== null) refused.push({ index: name.index, reason });
      else this.names.add(name, first + name.index - refused.length);
    }
    this.#positions.draw(count - refused.length);
    return { first, refused };
  }

  /** One message; returns its position. */
  enter({ topicId, priority, expiresAt, msgId, body, subIds }: Entering): Position {
    return this.#insert(topicId, priority, expiresAt, msgId, body, subIds);
  }

  /** Takes a message away, with its mailbox rows; the time of its id counts from now on. */
  remove(position: Position, placed: number, msgId: string | null): void {
    this.#sql.remove.run(position);
    if (placed === place.addressed) this.#sql.leaveMailboxes.run(position);
    if (msgId !== null) this.names.release(msgId);
  }

  /** Takes a message out of lanes and mailboxes; it stays readable by its position until the step of `until`. */
  keep(position: Position, placed: number, until: number): boolean {
    if (placed === place.addressed) this.#sql.leaveMailboxes.run(position);
    return this.#sql.keep.run(expiryStep(until), position, expiryStep(until)).changes > 0;
  }

  /** Removes a message that no lane and no mailbox needs, or keeps it for an overlay row that refers to it. */
  release(position: Position, placed: number, expiresAt: number, msgId: string | null): boolean {
    if (this.referredUntil(position) !== null) {
      this.keep(position, placed, expiresAt);
      return false;
    }
    this.remove(position, placed, msgId);
    return true;
  }

  /** An overlay row that referred to this message is gone: the last one takes a kept message with it. */
  unreferred(position: Position): void {
    const row = this.#sql.kept.get(position);
    if (row === undefined || this.referredUntil(position) !== null) return;
    this.remove(position, row[0], row[1]);
  }

  /** Until when overlay rows refer to this message at most, or null. */
  referredUntil(position: Position): number | null {
    return this.#sql.referredUntil.get(position) ?? null;
  }

  /** Columns as arguments, because an object for each row would be the dearest part of an append. */
  #insert(
    topicId: number,
    priority: Priority,
    expiresAt: number,
    msgId: string | null,
    body: string,
    subIds: number[] | null,
  ): Position {
    const position = this.#positions.draw(1);
    const placed = subIds === null ? place.inLane : place.addressed;
    this.#sql.insert.run(position, topicId, priority, expiresAt, expiryStep(expiresAt), placed, msgId, body);
    if (subIds !== null) for (const subId of subIds) this.#sql.address.run(priority, position, subId);
    return position;
  }
}

function prepare(db: Database.Database) {
  return {
    insert: db.prepare<[Position, number, Priority, number, number, number, string | null, string]>(
      'INSERT INTO message VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
    ),
    // A subscription may have gone since the message was composed; no one would ever empty its mailbox.
    address: db.prepare<[Priority, Position, number]>(
      'INSERT OR IGNORE INTO mailbox SELECT id, ?, ? FROM subscription WHERE id = ?',
    ),
    remove: db.prepare<[Position]>('DELETE FROM message WHERE pos = ?'),
    leaveMailboxes: db.prepare<[Position]>('DELETE FROM mailbox WHERE pos = ?'),
    keep: db.prepare<[number, Position, number]>(
      `UPDATE message SET place = place | ${place.kept}, expiry_step = ?
       WHERE pos = ? AND (place & ${place.kept} = 0 OR expiry_step <> ?)`,
    ),
    kept: db
      .prepare<[Position], [placed: number, msgId: string | null]>(
        `SELECT place, msg_id FROM message WHERE pos = ? AND place & ${place.kept} <> 0`,
      )
      .raw(),
    referredUntil: db.prepare<[Position], number | null>('SELECT max(expires_at) FROM overlay WHERE pos = ?').pluck(),
  };
}
