import { HoldfastError } from '../../protocol/errors.js';
import type { Limits } from '../../protocol/limits.js';
import { isoMicros } from '../../protocol/time.js';
import type { DelayedQuery, DelayedRow, Store } from '../../store/store.js';
import type { Clock } from '../clock.js';
import type { Counters } from '../counters.js';
import type { Endpoints } from '../endpoints/endpoints.js';
import { edited } from '../queue/edited.js';
import type { Topics } from '../topics/topics.js';
import { type Edit, memberOf } from './compose.js';
import type { Delays } from './delays.js';
import type { GroupCommit } from './group-commit.js';

export type { DelayedRow };

export interface DelayedRequest {
  /** Whose; null: everyone's. */
  endpointId: number | null;
  topicName?: string;
  /** Only messages whose text contains this. */
  search?: string;
  limit: number;
  cursor?: string;
}

export interface DelayedPage {
  /** JSON texts, in the order in which they are due. */
  items: string[];
  nextCursor: string | null;
}

export interface DelayedParts {
  store: Store;
  commit: GroupCommit;
  delays: Delays;
  topics: Topics;
  endpoints: Endpoints;
  clock: Clock;
  limits: Limits;
  counters: Counters;
}

type Place = DelayedQuery['after'];

/** Rows that one list may look at before it answers with what it found so far. */
const searchedMax = 20_000;

/**
 * Messages that were published with a delay and are not due: looks at them, changes them and takes them back. Whether
 * one has entered its topic is decided in the transaction of the change, so it never holds for half of the subscribers.
 */
export class Delayed {
  readonly #parts: DelayedParts;

  constructor(parts: DelayedParts) {
    this.#parts = parts;
  }

  async list({ endpointId, topicName, search, limit, cursor }: DelayedRequest): Promise<DelayedPage> {
    const { page_messages, page_bytes: limitChars, browse_chars } = this.#parts.limits;
    const topic = topicName === undefined ? null : this.#parts.topics.get(topicName);
    const items: string[] = [];
    let after: Place = cursor === undefined ? { dueAt: 0, id: 0 } : readCursor(cursor);
    let chars = 0;
    for (let searched = 0; searched < searchedMax; ) {
      const rows = await this.#parts.store.readDelayed({ endpointId, after, limit: page_messages, limitChars });
      if (rows.length === 0) return { items, nextCursor: null };
      for (const row of rows) {
        if (items.length === limit || chars >= browse_chars) return { items, nextCursor: writeCursor(after) };
        after = row;
        if (topic && row.topicId !== topic.id) continue;
        if (search !== undefined && !row.body.includes(search)) continue;
        items.push(this.textOf(row));
        chars += row.body.length;
      }
      searched += rows.length;
    }
    return { items, nextCursor: writeCursor(after) };
  }

  /** The message as it is now; fails if it is not delayed, or not any more. */
  async find(msgId: string): Promise<DelayedRow> {
    const row = await this.#parts.store.findDelayed(msgId);
    if (row) return row;
    throw new HoldfastError(
      'not_found',
      `There is no delayed message ${msgId}; it may have been due, or cancelled. What has entered its topic is found by queue.get.`,
    );
  }

  /** Its JSON, as `delayed.*` shows it. */
  textOf({ msgId, body, version, endpointId }: DelayedRow): string {
    const { username } = this.#parts.endpoints.byId(endpointId);
    return (
      `{"msg_id":"${msgId}",${body},"due_time_iso":${memberOf(body, 'recv_time_iso')}` +
      `,"username":${JSON.stringify(username)},"version":${version}}`
    );
  }

  /** Answers the message as it is now. */
  async update(row: DelayedRow, changes: Edit, version: number | undefined): Promise<string> {
    if (version !== undefined && version !== row.version) throw conflict('its version is another', 'Read it again');
    const { receivedMicros } = changes;
    const { msgId } = row;
    const { gate } = this.#parts.topics.byId(row.topicId);
    const next = {
      ...edited(gate === null ? changes : gate.amend(changes), row),
      dueAt: receivedMicros === undefined ? row.dueAt : Math.ceil(receivedMicros / 1000),
    };
    const update = { kind: 'update_delayed', msgId, version: row.version, ...next } as const;
    const outcome = await this.#parts.delays.update(update);
    if (outcome === 'gone') throw conflict('it is not delayed any more', 'It has entered its topic, or was cancelled');
    if (outcome === 'changed') throw conflict('it was changed at the same time', 'Read it again');
    return this.textOf({ ...row, ...next, version: row.version + 1 });
  }

  async cancel({ msgId }: DelayedRow): Promise<void> {
    const { outcome } = await this.#parts.commit.submit({ kind: 'cancel_delayed', msgId });
    if (outcome === 'gone') throw conflict('it is not delayed any more', 'It has entered its topic, or was cancelled');
    this.#parts.counters.cancelled += 1;
  }

  /** When a message is due that is to wait so long from now; always later than it was published. */
  dueIn(delaySec: number): number {
    return this.#parts.clock.nowMicros() + Math.max(1, Math.ceil(delaySec * 1e6));
  }

  /** The same for a time; one that is over means at once. Unix microseconds. */
  dueAt(micros: number): number {
    const now = this.#parts.clock.nowMicros();
    const latest = now + this.#parts.limits.delay_sec_max * 1e6;
    if (micros <= latest) return Math.max(now + 1, micros);
    const reason = `must be a time not later than ${isoMicros(latest)} (delay_sec_max)`;
    throw new HoldfastError('invalid_params', `due_time_iso ${reason}`, { path: 'due_time_iso', reason });
  }
}

function conflict(reason: string, hint: string): HoldfastError {
  return new HoldfastError('conflict', `The delayed message cannot be changed: ${reason}. ${hint}.`, { reason });
}

function writeCursor({ dueAt, id }: Place): string {
  return `${dueAt.toString(36)}.${id.toString(36)}`;
}

function readCursor(text: string): Place {
  const match = /^([0-9a-z]{1,11})\.([0-9a-z]{1,11})$/.exec(text);
  if (!match) {
    const reason = 'must be a next_cursor of an earlier answer';
    throw new HoldfastError('invalid_params', `cursor ${reason}`, { path: 'cursor', reason });
  }
  return { dueAt: Number.parseInt(match[1]!, 36), id: Number.parseInt(match[2]!, 36) };
}
