import type { MessageIds } from '../../protocol/ids.js';
import type { Limits } from '../../protocol/limits.js';
import { priorityMax, priorityMin } from '../../protocol/message.js';
import type { MessageRow, Position, Store } from '../../store/store.js';
import type { Clock } from '../clock.js';
import type { GroupCommit } from '../publish/group-commit.js';
import {
  type Browsed,
  type BrowseRequest,
  type Place,
  readCursor,
  searchedMax,
  writeCursor,
} from '../queue/browsing.js';
import type { Depth } from '../queue/depth.js';
import type { Topic } from './topic.js';

export interface TopicBrowsingParts {
  store: Store;
  depth: Depth;
  commit: GroupCommit;
  ids: MessageIds;
  clock: Clock;
  limits: Limits;
}

/**
 * Reads the log of a topic page by page, in the order of delivery, without changing anything (invariant 8): also what
 * everyone has settled and is still there, and what no subscription may see. Without what went to single subscriptions.
 */
export class TopicBrowsing {
  readonly #parts: TopicBrowsingParts;

  constructor(parts: TopicBrowsingParts) {
    this.#parts = parts;
  }

  /** Up to `maxMessages`, from the cursor on. */
  async page(topic: Topic, request: Omit<BrowseRequest, 'topicName'>): Promise<Browsed> {
    const depth = await this.#parts.depth.ofTopic(topic);
    const messages: string[] = [];
    let place = request.cursor === undefined ? { priority: priorityMax, order: 0 } : readCursor(request.cursor);
    let chars = 0;
    for (let looked = 0; looked < searchedMax; ) {
      const { rows, next } = await this.#next(topic, place, request.priority);
      looked += rows.length + 1;
      for (const row of rows) {
        place = { priority: row.priority, order: row.position };
        if (request.search !== undefined && !row.body.includes(request.search)) continue;
        messages.push(`{"msg_id":"${row.msgId ?? this.#parts.ids.encode(row.position)}",${row.body}}`);
        chars += row.body.length;
        if (messages.length === request.maxMessages || chars >= this.#parts.limits.browse_chars) {
          return { messages, depth, nextCursor: writeCursor(place) };
        }
      }
      if (!next) return { messages, depth, nextCursor: null };
      place = next;
    }
    return { messages, depth, nextCursor: writeCursor(place) };
  }

  /** A page after a place, and where the next one begins; null: there is none. */
  async #next(
    topic: Topic,
    place: Place,
    only: number | undefined,
  ): Promise<{ rows: MessageRow[]; next: Place | null }> {
    const { page_messages: limit, page_bytes: limitBytes } = this.#parts.limits;
    const upto = this.#parts.commit.committed;
    const now = this.#parts.clock.nowMs();
    const after = new Array<Position>(priorityMax + 1).fill(upto);
    for (let p = priorityMin; p <= priorityMax; p += 1) {
      if (p > place.priority || (only !== undefined && p !== only)) continue;
      after[p] = p === place.priority ? Math.max(0, place.order) : 0;
    }
    const scope = { topics: [{ topicId: topic.id, from: 0 }], mailbox: null };
    const page = await this.#parts.store.readPage({ scope, after, upto, now, limit, limitBytes });
    const open = page.scanned.findLastIndex((scanned, p) => p >= priorityMin && scanned < upto);
    const next = open < 0 ? null : { priority: open, order: page.scanned[open]! };
    return { rows: page.rows.filter(({ expiresAt }) => expiresAt > now), next };
  }
}
