import type {
  Append,
  CreateSubscription,
  MessageRow,
  Opened,
  Operation,
  OverlayRow,
  Page,
  PageQuery,
  Position,
  Result,
  Store,
  SweepExpired,
  Swept,
} from '../../../src/store/store.js';

/** A store under test, and what can happen to it. After `restart` and `crash`, `store` and `opened` are new. */
export interface Bench {
  store: Store;
  opened: Opened;
  /** Closes the store and opens it again. */
  restart(): Promise<void>;
  /** Opens the store again as after a crash: nobody closed it. */
  crash(): Promise<void>;
  /** Clears up. */
  end(): Promise<void>;
}

export interface Case {
  title: string;
  run(bench: Bench): Promise<void>;
}

/** Times of the cases, Unix milliseconds: they only need an order. */
export const now = 1_800_000_000_000;
export const later = now + 86_400_000;
export const never = 10 * now;

/** A faulty engine may say for ever that there is more. */
const roundsMax = 2_000;

export interface Draft {
  topicId?: number;
  priority?: number;
  expiresAt?: number;
  body?: string;
  msgId?: string;
  endpointId?: number;
  rememberUntil?: number;
  subIds?: number[];
}

export function append(...drafts: Draft[]): Append {
  const columns: Append = {
    kind: 'append',
    topicIds: drafts.map(({ topicId = 1 }) => topicId),
    priorities: drafts.map(({ priority = 5 }) => priority),
    expiresAt: drafts.map(({ expiresAt = later }) => expiresAt),
    bodies: drafts.map(({ body = 'body' }) => body),
    named: [],
    addressed: [],
  };
  drafts.forEach(({ msgId, endpointId = 1, rememberUntil = later, subIds }, index) => {
    if (msgId !== undefined) columns.named.push({ index, msgId, endpointId, rememberUntil });
    if (subIds !== undefined) columns.addressed.push({ index, subIds });
  });
  return columns;
}

export function createSubscription(overrides: Partial<CreateSubscription> = {}): CreateSubscription {
  const base = { subKey: 'zpsk1', endpointId: 1, name: null, options: '{}', patterns: ['/a'], queueing: true };
  return { kind: 'create_subscription', ...base, ...overrides };
}

export function overlayRow(position: Position, overrides: Partial<OverlayRow> = {}): OverlayRow {
  const lane = { state: 'held', topicId: 1, home: 5, priority: 5, top: 0 } as const;
  const counts = { attempts: 0, sent: 1, dueAt: 0, expiresAt: later, version: 1, lastError: null, body: null };
  return { position, ...lane, ...counts, ...overrides };
}

/** Commits one operation, and answers its result. */
export async function commit<O extends Operation>(store: Store, operation: O): Promise<Result<O>> {
  const { results } = await store.commit([operation]);
  return results[0] as Result<O>;
}

/** The same position for each priority. */
export function eachPriority(position: Position): Position[] {
  return [0, ...new Array<Position>(9).fill(position)];
}

export function inTopics(...topicIds: number[]): PageQuery['scope'] {
  return { topics: topicIds.map(topicId => ({ topicId, from: 0 })), mailbox: null };
}

export function readPage(store: Store, overrides: Partial<PageQuery> = {}): Promise<Page> {
  const bounds = { limit: 1_000, limitBytes: 1_000_000 };
  return store.readPage({ scope: inTopics(1), after: eachPriority(0), upto: 1e9, now, ...bounds, ...overrides });
}

/** Reads on until everything up to `upto` was scanned. */
export async function readAll(store: Store, query: Partial<PageQuery> & { upto: Position }): Promise<MessageRow[]> {
  const rows: MessageRow[] = [];
  let after = query.after ?? eachPriority(0);
  for (let pages = 0; pages < roundsMax; pages++) {
    const page = await readPage(store, { ...query, after });
    rows.push(...page.rows);
    if (page.scanned.every((position, priority) => priority === 0 || position >= query.upto)) return rows;
    after = page.scanned;
  }
  throw new Error('Pages came without end.');
}

export function bodies(rows: MessageRow[]): string {
  return rows.map(({ body }) => body).join(' ');
}

export function positions(rows: MessageRow[]): Position[] {
  return rows.map(({ position }) => position);
}

/** Sweeps until there is no more, and answers how many messages went. */
export async function sweep(store: Store, operation: Extract<Operation, { limit: number }>): Promise<number> {
  let removed = 0;
  for (let rounds = 0; rounds < roundsMax; rounds++) {
    const swept = (await commit(store, operation)) as Swept;
    removed += swept.removed;
    if (!swept.more) return removed;
  }
  throw new Error('There was more to sweep without end.');
}

export function sweepExpired(at: number, limit = 1_000): SweepExpired {
  return { kind: 'sweep_expired', now: at, limit };
}

/** What the promise is rejected with; an error if it is not. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('It was not rejected.');
}
