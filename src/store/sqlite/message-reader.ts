import type Database from 'better-sqlite3';
import type { NamedPlace, Position } from '../store.js';
import { MessageColumns, messageColumns, type PackedMessages, type RawMessage } from './columns.js';

/** Reads single messages, wherever they are. */
export class MessageReader {
  readonly #sql;

  constructor(db: Database.Database) {
    this.#sql = {
      messages: db
        .prepare<[string], RawMessage>(
          `SELECT ${messageColumns('body')} FROM message WHERE pos IN (SELECT value FROM json_each(?)) ORDER BY pos`,
        )
        .raw(),
      named: db.prepare<[string], NamedPlace>(
        'SELECT pos AS position, endpoint_id AS endpointId FROM named WHERE msg_id = ?',
      ),
    };
  }

  read(positions: Position[]): PackedMessages {
    const messages = new MessageColumns();
    for (const row of this.#sql.messages.iterate(JSON.stringify(positions))) messages.push(row);
    return messages.pack();
  }

  find(msgId: string): NamedPlace | null {
    return this.#sql.named.get(msgId) ?? null;
  }
}
