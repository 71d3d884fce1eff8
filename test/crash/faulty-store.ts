import { setTimeout as delay } from 'node:timers/promises';
import {
  type Append,
  type Committed,
  type Operation,
  type Page,
  type PageQuery,
  type Redrive,
  type Results,
  type Settle,
  type Store,
  StoreFailed,
} from '../../src/store/store.js';

/** What a fault puts in the place of the store's own methods. */
type Planted = Partial<Pick<Store, 'commit' | 'readPage' | 'readMessages'>>;

/** Lanes as the broker encodes them: [cursor, mark] for all, and [cursor, mark, ahead, stairs] for those that differ. */
interface EncodedLanes {
  base: [number, number];
  lanes: Record<string, [number, number, number[], number[]]>;
}

/** How long the store that answers too early writes later. */
const lateMs = 150;
/** Positions that a cursor jumps over. */
const jump = 30;
/** Each time that so many commits with publishes have passed. */
const everyAppends = 5;
/** Commits that work before one fails. */
const commitsBeforeFailure = 150;
const hourMs = 3_600_000;

/** Faults by name: each makes a store that works into one that breaks one promise. */
export const faults = {
  none: () => ({}),
  answersBeforeCommit,
  passesTheUnsettled: store => withLanes(store, lanes => moved(lanes, jump)),
  forgetsWhatWasSent: store => withLanes(store, withoutMarks),
  forgetsSettlements: store =>
    withOperations(store, operation => (operation.kind === 'settle' ? emptied(operation) : operation)),
  usesPositionsTwice,
  swapsNeighbours: store => withRows(store, query => query, swapped),
  sendsTheExpired: store => withRows(store, query => ({ ...query, now: 0 }), kept),
  failsLater,
  altersMessages: store =>
    withOperations(store, operation => (operation.kind === 'append' ? altered(operation) : operation)),
  forgetsHolds: store =>
    withOperations(store, operation => (operation.kind === 'settle' ? withoutHolds(operation) : operation)),
  forgetsTopicOptions: store =>
    withOperations(store, operation =>
      operation.kind === 'update_topic' ? { ...operation, options: '{}' } : operation,
    ),
  losesTheRedriven: store =>
    withOperations(store, operation => (operation.kind === 'redrive' ? misdirected(operation) : operation)),
  tellsEveryone: store =>
    withOperations(store, operation => (operation.kind === 'append' ? { ...operation, addressed: [] } : operation)),
  forgetsDraws,
} satisfies Record<string, (store: Store) => Planted>;

export type FaultName = keyof typeof faults;

/** The store with a fault in it. */
export function plant(store: Store, name: FaultName): Store {
  const planted: Planted = faults[name](store);
  return new Proxy(store, {
    get(target, method: keyof Store) {
      const own = planted[method as keyof Planted];
      return own ?? target[method].bind(target);
    },
  });
}

/** Publishes and settlements are answered as they will be, and written later. */
function answersBeforeCommit(store: Store): Planted {
  const known = new Set<string>();
  let written: Promise<unknown> = Promise.resolve();
  let last = 0;
  const inTurn = (operations: Operation[], waited: Promise<unknown>) => {
    const committed = Promise.all([written, waited]).then(() => store.commit(operations));
    written = committed;
    return committed;
  };
  const answerOf = (operation: Append | Settle): Results['append' | 'settle'] => {
    if (operation.kind === 'settle') return { deadLetters: null };
    for (const { msgId } of operation.named) known.add(msgId);
    const first = last + 1;
    last += operation.bodies.length;
    return { first, refused: [] };
  };
  const commit = async (operations: Operation[]): Promise<Committed> => {
    if (last > 0 && operations.every(operation => isForeseen(operation, known))) {
      void inTurn(operations, delay(lateMs));
      return { results: (operations as (Append | Settle)[]).map(answerOf), position: last };
    }
    const committed = await inTurn(operations, written);
    last = Math.max(last, committed.position);
    return committed;
  };
  return { commit };
}

/** Whether its result is known before it is done: positions rise by one, and an id that is new is not refused. */
function isForeseen(operation: Operation, known: ReadonlySet<string>): boolean {
  if (operation.kind === 'settle') return operation.deadLetters === undefined;
  return operation.kind === 'append' && operation.named.every(({ msgId }) => !known.has(msgId));
}

/** Now and then the first message that a commit appends gets the position of the one before it. */
function usesPositionsTwice(store: Store): Planted {
  let appends = 0;
  const commit = async (operations: Operation[]): Promise<Committed> => {
    const { results, position } = await store.commit(operations);
    const at = operations.findIndex(operation => operation.kind === 'append');
    if (at >= 0) appends += 1;
    if (at < 0 || appends % everyAppends !== 0) return { results, position };
    const appended = results[at] as Results['append'];
    return { results: results.with(at, { ...appended, first: appended.first - 1 }), position };
  };
  return { commit };
}

/** A disk that breaks in a commit with publishes: it is stored all the same, and no call works after it. */
function failsLater(store: Store): Planted {
  let commits = 0;
  let failed = false;
  const unlessFailed = () => {
    if (failed) throw new StoreFailed('the planted failure');
  };
  return {
    async commit(operations) {
      unlessFailed();
      const committed = await store.commit(operations);
      commits += 1;
      failed ||= commits > commitsBeforeFailure && operations.some(operation => operation.kind === 'append');
      unlessFailed();
      return committed;
    },
    async readPage(query) {
      unlessFailed();
      return store.readPage(query);
    },
    async readMessages(positions) {
      unlessFailed();
      return store.readMessages(positions);
    },
  };
}

function withOperations(store: Store, change: (operation: Operation) => Operation): Planted {
  return { commit: operations => store.commit(operations.map(change)) };
}

function withLanes(store: Store, change: (lanes: EncodedLanes) => EncodedLanes): Planted {
  return withOperations(store, operation => {
    const hasLanes = operation.kind === 'settle' || operation.kind === 'update_subscription';
    if (!hasLanes || !operation.lanes) return operation;
    return { ...operation, lanes: JSON.stringify(change(JSON.parse(operation.lanes))) };
  });
}

function withRows(store: Store, ask: (query: PageQuery) => PageQuery, change: (page: Page) => Page): Planted {
  return { readPage: async query => change(await store.readPage(ask(query))) };
}

function moved({ base, lanes }: EncodedLanes, by: number): EncodedLanes {
  for (const lane of Object.values(lanes)) lane[0] += by;
  return { base, lanes };
}

function withoutMarks({ base, lanes }: EncodedLanes): EncodedLanes {
  const bare = Object.entries(lanes).map(([priority, [cursor, , ahead]]) => [priority, [cursor, 0, ahead, []]]);
  return { base: [base[0], 0], lanes: Object.fromEntries(bare) };
}

function emptied({ subId }: Settle): Operation {
  return { kind: 'settle', subId };
}

/** The first two neighbours of one priority that are not in the order of the log any more. */
function swapped({ rows, scanned }: Page): Page {
  const at = rows.findIndex((row, index) => row.priority === rows[index + 1]?.priority);
  if (at < 0) return { rows, scanned };
  return { rows: [...rows.slice(0, at), rows[at + 1]!, rows[at]!, ...rows.slice(at + 2)], scanned };
}

function kept({ rows, scanned }: Page): Page {
  return { rows: rows.map(row => ({ ...row, expiresAt: row.expiresAt + hourMs })), scanned };
}

function withoutHolds(settle: Settle): Settle {
  const put = settle.overlayPut?.map(row => (row.state === 'held' ? { ...row, state: 'edited' as const } : row));
  return { ...settle, overlayPut: put };
}

/** Every second letter goes, and nothing comes for it. */
function misdirected(redrive: Redrive): Redrive {
  const letters = redrive.letters.map((letter, at) => (at % 2 === 0 ? { ...letter, expiresAt: 1 } : letter));
  return { ...redrive, letters };
}

/** What is in memory only gets the positions that come next, which are given out again. */
function forgetsDraws(store: Store): Planted {
  const commit = async (operations: Operation[]): Promise<Committed> => {
    const bare = operations.map(one => (one.kind === 'draw' && one.named.length === 0 ? { ...one, count: 0 } : one));
    return store.commit(bare);
  };
  return { commit };
}

function altered(append: Append): Append {
  return { ...append, bodies: append.bodies.map(body => body.replace('"mime_type":"', '"mime_type":"x-')) };
}
