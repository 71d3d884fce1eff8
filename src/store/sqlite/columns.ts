import type { MessageRow, Position, Priority } from '../store.js';
import { place } from './schema.js';

/** A message as SQLite gives it, in the order of `messageColumns`. */
export type RawMessage = [
  position: Position,
  topicId: number,
  priority: Priority,
  expiresAt: number,
  msgId: string | null,
  placed: number,
  body: string,
];

/** The columns of `RawMessage`, with the body as an expression of its own. */
export function messageColumns(body: string): string {
  return `message.pos, topic_id, priority, expires_at, msg_id, place, ${body}`;
}

/** Messages as columns, because they cross from the worker several times cheaper than as objects. */
export class MessageColumns {
  readonly positions: Position[] = [];
  readonly topicIds: number[] = [];
  readonly priorities: Priority[] = [];
  readonly expiresAt: number[] = [];
  readonly msgIds: (string | null)[] = [];
  readonly placed: number[] = [];
  readonly bodies: string[] = [];

  get length(): number {
    return this.positions.length;
  }

  push([position, topicId, priority, expiresAt, msgId, placed, body]: RawMessage): void {
    this.positions.push(position);
    this.topicIds.push(topicId);
    this.priorities.push(priority);
    this.expiresAt.push(expiresAt);
    this.msgIds.push(msgId);
    this.placed.push(placed);
    this.bodies.push(body);
  }
}

/** The other end: the rows of columns that have crossed, and lost their class on the way. */
export function messageRows(columns: Omit<MessageColumns, 'push' | 'length'>): MessageRow[] {
  return columns.positions.map((position, index) => ({
    position,
    topicId: columns.topicIds[index]!,
    priority: columns.priorities[index]!,
    expiresAt: columns.expiresAt[index]!,
    msgId: columns.msgIds[index]!,
    isAddressed: (columns.placed[index]! & place.addressed) !== 0,
    body: columns.bodies[index]!,
  }));
}
