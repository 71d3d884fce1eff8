import type { DelayedQuery, DelayedRow } from '../store.js';

/** Messages that have not entered the log, earliest first. */
export class MemoryDelays {
  #rows: DelayedRow[] = [];
  readonly #byMsgId = new Map<string, DelayedRow>();
  #lastId = 0;

  get nextDueAt(): number | null {
    return this.#rows[0]?.dueAt ?? null;
  }

  find(msgId: string): DelayedRow | undefined {
    return this.#byMsgId.get(msgId);
  }

  add(message: Omit<DelayedRow, 'id' | 'version'>): void {
    this.#lastId += 1;
    this.#put({ ...message, id: this.#lastId, version: 1 });
  }

  replace(row: DelayedRow): void {
    this.remove(row.msgId);
    this.#put(row);
  }

  remove(msgId: string): boolean {
    if (!this.#byMsgId.delete(msgId)) return false;
    this.#rows = this.#rows.filter(row => row.msgId !== msgId);
    return true;
  }

  /** The ids of those of a topic, `limit` at most. */
  ofTopic(topicId: number, limit: number): string[] {
    const own = this.#rows.filter(row => row.topicId === topicId);
    return own.slice(0, limit).map(({ msgId }) => msgId);
  }

  /** Takes up to `limit` that are due at `now` away. */
  takeDue(now: number, limit: number): DelayedRow[] {
    const ready = this.#rows.findIndex(({ dueAt }) => dueAt > now);
    const due = this.#rows.splice(0, Math.min(limit, ready === -1 ? this.#rows.length : ready));
    for (const { msgId } of due) this.#byMsgId.delete(msgId);
    return due;
  }

  read({ endpointId, after, limit, limitChars }: DelayedQuery): DelayedRow[] {
    const read: DelayedRow[] = [];
    let chars = 0;
    for (const row of this.#rows) {
      if (read.length === limit || chars >= limitChars) break;
      if (!isAfter(row, after) || (endpointId !== null && row.endpointId !== endpointId)) continue;
      read.push({ ...row, subIds: [...row.subIds] });
      chars += row.body.length;
    }
    return read;
  }

  #put(row: DelayedRow): void {
    const index = this.#rows.findLastIndex(each => isAfter(row, each)) + 1;
    this.#rows.splice(index, 0, row);
    this.#byMsgId.set(row.msgId, row);
  }
}

function isAfter(one: DelayedQuery['after'], place: DelayedQuery['after']): boolean {
  return one.dueAt > place.dueAt || (one.dueAt === place.dueAt && one.id > place.id);
}
