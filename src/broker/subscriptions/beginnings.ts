import type { Limits } from '../../protocol/limits.js';

import { priorityMax, priorityMin } from '../../protocol/message.js';
import { microsOf } from '../../protocol/time.js';
import type { MessageRow, Position, Priority, Scope, Store } from '../../store/store.js';
import type { Endpoint } from '../endpoints/endpoint.js';
import { memberOf } from '../publish/compose.js';
import type { GroupCommit } from '../publish/group-commit.js';
import type { PositionClock } from '../topics/position-clock.js';
import type { Topics } from '../topics/topics.js';
import { Interests } from './interests.js';
import type { Subscription } from './subscription.js';

/** Where somebody wants to begin: with all that there is, or with what came at a time (Unix microseconds) or later. */
export type Beginning = 'earliest' | { micros: number };

export interface BeginningsParts {
  store: Store;
  topics: Topics;
  commit: GroupCommit;
  positionClock: PositionClock;
  limits: Limits;
}

/**
 * Pages of a lane that are looked through, from the time mark on, for the first message of a time. Where more lies
 * between, as with old marks, somebody begins a little earlier than the time, and never later.
 */
const pagesMax = 20;

/** Finds the position after which somebody begins. */
export class Beginnings {
  readonly #parts: BeginningsParts;

  constructor(parts: BeginningsParts) {
    this.#parts = parts;
  }

  /** For a new subscription to these. Undefined: with what comes from now on. */
  async ofNew(
    endpoint: Endpoint,
    patterns: readonly string[],
    beginning: Beginning | undefined,
  ): Promise<Position | undefined> {
    if (beginning === undefined) return undefined;
    const rows = patterns.map(pattern => ({ pattern, from: 0, to: null }));
    return this.#find(new Interests(endpoint, rows, this.#parts.limits.merged_topics_max), null, beginning);
  }

  /** For one that is there. */
  of({ interests, id }: Subscription, beginning: Beginning): Promise<Position> {
    return this.#find(interests, id, beginning);
  }

  async #find(interests: Interests, mailbox: number | null, beginning: Beginning): Promise<Position> {
    if (beginning === 'earliest') return 0;
    const { positionClock, commit, topics } = this.#parts;
    const { micros } = beginning;
    const scope = { ...interests.reach(topics), mailbox };
    const mark = positionClock.before(micros / 1000);
    let position = positionClock.notBefore(micros / 1000) ?? commit.committed;
    for (let priority = priorityMin; priority <= priorityMax && position > mark; priority += 1) {
      position = await this.#lastBefore(micros, scope, priority, mark, position);
    }
    return position;
  }

  /** The last position of these up to which everything in the lane came before the time, as far as it is looked at. */
  async #lastBefore(micros: number, scope: Scope, priority: Priority, from: Position, upto: Position) {
    const { store, limits } = this.#parts;
    const after = new Array<Position>(priorityMax + 1).fill(upto);
    after[priority] = from;
    for (let pages = 0; pages < pagesMax && after[priority]! < upto; pages += 1) {
      const query = { scope, after, upto, now: 0, limit: limits.page_messages, limitBytes: limits.page_bytes };
      const { rows, scanned } = await store.readPage(query);
      const found = rows.find(row => receivedMicros(row) >= micros);
      if (found) return found.position - 1;
      after[priority] = scanned[priority]!;
    }
    return Math.min(after[priority]!, upto);
  }
}

function receivedMicros({ body }: MessageRow): number {
  return microsOf(JSON.parse(memberOf(body, 'recv_time_iso') ?? '""') as string);
}
