/**
 * The `Store` port: what the broker needs of a durable store, in batches and asynchronous from the first day.
 *
 * One `commit` is one transaction: all of its operations are on disk when its promise resolves, in the order given,
 * or none is. Positions are drawn inside the transaction, so the order of positions is the order of commit, and an
 * operation that opens or closes a stretch does so between the positions of the messages before and after it.
 *
 * Reads run beside commits, on a reader of their own, and see every commit whose promise has resolved.
 */

import type { Committed, Operation } from './operations.js';
import type {
  BoundedRow,
  DelayedRow,
  InterestRow,
  LetterRow,
  ListedRow,
  MailboxRow,
  MessageRow,
  NamedPlace,
  Opened,
  OverlayRow,
  Position,
  Priority,
  StretchRow,
  SubscriptionRow,
  UseRow,
} from './rows.js';

export * from './operations.js';
export * from './rows.js';

/**
 * What a `commit` throws when the disk is full: nothing of it was stored, and the store goes on. Commits that were handed
 * over before their caller was told of it fail in the same way, so that what is tried again keeps its order.
 */
export class StoreFull extends Error {
  override readonly name = 'StoreFull';
}

/** What any call throws after an I/O error: the commit may or may not be on disk, and nothing more may be tried. */
export class StoreFailed extends Error {
  override readonly name = 'StoreFailed';
}

/** What `open` throws for a store that this version must not touch; the message says what to do. */
export class StoreRefused extends Error {
  override readonly name = 'StoreRefused';
}

/** Which messages a subscription may see: those of some topics, each after a position, and those of its mailbox. */
export interface Scope {
  topics: { topicId: number; from: Position }[];
  /**
   * In place of `topics`, for who may see more of them than are worth naming: a message is seen if its position lies in
   * a stretch of each list whose pattern covers its topic. Pages of such a scope may end early.
   */
  view?: StretchRow[][];
  /** A subscription whose addressed messages belong to it too. */
  mailbox: number | null;
}

export interface PageQuery {
  scope: Scope;
  /** Indexed by priority (0 is not used): messages of that priority after this position. At or above `upto`: none. */
  after: Position[];
  upto: Position;
  /** Unix milliseconds. */
  now: number;
  /** Rows and bytes of bodies after which the page ends; it has at least one row if there is one. */
  limit: number;
  limitBytes: number;
}

/**
 * Rows in the order of delivery: priority falling, then position rising. A scope of more than `merged_topics_max` topics,
 * or with a view, may give a page that ends early, even without rows; as long as any `scanned[priority]` is below `upto`,
 * there may be more.
 */
export interface Page {
  rows: MessageRow[];
  /** Indexed by priority: up to here everything of the scope is in the page or came before it. */
  scanned: Position[];
}

/** Positions after `from` up to and including `to` of one topic and priority. */
export interface CountRange {
  topicId: number;
  priority: Priority;
  from: Position;
  to: Position;
}

/** Positions after `from` up to and including `to` of one priority, whatever the topic. */
export type CountGap = Omit<CountRange, 'topicId'>;

export interface CountQuery {
  ranges: CountRange[];
  /** For who sees more topics than are worth counting one by one: what lies in these gaps is counted if the view has it. */
  wide?: { view: NonNullable<Scope['view']>; gaps: CountGap[] };
  /** Mailbox messages with positions after `after[priority]` are counted too. */
  mailbox: { subId: number; after: Position[]; upto: Position } | null;
  /** What has expired at this time is not counted. Unix milliseconds. */
  now: number;
}

/** Subscriptions that have a stretch of exactly these patterns, of each after an id. */
export interface InterestQuery {
  places: { pattern: string; afterId: number }[];
  /** Rows for each place. There may be a few more, as those of one subscription are kept together. */
  limit: number;
}

/** Rows by rising `subId`. */
export interface InterestPage {
  rows: InterestRow[];
  /** True if there is nothing after them. */
  isLast: boolean;
}

/** Those of these ids, or the first `limit` of those above an id. */
export type SubscriptionRange = { ids: number[] } | { afterId: number; limit: number };

/** The first `limit` subscriptions after an id. */
export interface ListQuery {
  afterId: number;
  limit: number;
  /** Only those of this endpoint. */
  endpointId?: number;
  /** Only those with a receiver of their own. Not together with `endpointId`. */
  isStanding?: boolean;
}

/** The first `limit` subscriptions after an id that have a stretch of exactly this pattern. */
export interface UseQuery {
  pattern: string;
  afterId: number;
  limit: number;
}

/** Delayed messages in the order in which they are due. */
export interface DelayedQuery {
  /** Only those of this endpoint; null: all. */
  endpointId: number | null;
  /** Only what comes after this place. */
  after: { dueAt: number; id: number };
  /** Rows and UTF-16 units of bodies after which the page ends; it has at least one row if there is one. */
  limit: number;
  limitChars: number;
}

/** Dead letters of a subscription with positions after `after`, in rising order. */
export interface LetterQuery {
  subId: number;
  after: Position;
  /** Rows and UTF-16 units of bodies after which the page ends; it has at least one row if there is one. */
  limit: number;
  limitChars: number;
}

export type SubscriptionKey = { subKey: string } | { endpointId: number; name: string } | { id: number };

export interface LoadedSubscription {
  row: SubscriptionRow;
  overlay: OverlayRow[];
}

/** A message that was let go before its time. */
export interface Evicted {
  position: Position;
  topicId: number;
  priority: Priority;
  /** For the mailboxes of these alone; null: it was in the lanes. */
  subIds: readonly number[] | null;
}

export interface Eviction {
  /** Bytes that have to be freed: where less can be, nothing goes. */
  bytes: number;
  /** Bytes at which to end. */
  bytesMax: number;
  /** Null: the oldest go; else those of the lowest priority, and none above this one. */
  upto: Priority | null;
}

/** Where messages are kept that need not outlive the process: beside a store, that gives them their positions. */
export interface Ram {
  /** What the messages take, with what holds them together. */
  readonly bytes: number;
  /** How many there are. */
  readonly messages: number;
  /** Lets go of messages at once, oldest first. What an overlay row refers to stays. */
  evict(eviction: Eviction): Evicted[];
}

export interface StoreSize {
  /** Bytes of the store's files. */
  bytes: number;
  /** Bytes free on its disk, or null where there is no disk. */
  freeBytes: number | null;
}

export interface Store {
  /** Makes or migrates what is needed. Called once, first. */
  open(): Promise<Opened>;
  commit(operations: Operation[]): Promise<Committed>;
  readPage(query: PageQuery): Promise<Page>;
  /** The messages at these positions that are still there, in rising order. */
  readMessages(positions: Position[]): Promise<MessageRow[]>;
  /** Where the message with an id given by a publisher is, if the id is remembered. */
  findNamed(msgId: string): Promise<NamedPlace | null>;
  readDelayed(query: DelayedQuery): Promise<DelayedRow[]>;
  findDelayed(msgId: string): Promise<DelayedRow | null>;
  /** Also those that have expired and have not been swept. */
  readLetters(query: LetterQuery): Promise<LetterRow[]>;
  count(query: CountQuery): Promise<number>;
  loadSubscription(key: SubscriptionKey): Promise<LoadedSubscription | null>;
  /** A page for each place, in their order. */
  readInterests(query: InterestQuery): Promise<InterestPage[]>;
  /** Where the lanes of these topics begin: by topic and priority, the first message, or Infinity if there is none. */
  readHeads(topicIds: number[]): Promise<Position[][]>;
  /** Those with something in their mailbox, by rising id. */
  listMailboxes(range: SubscriptionRange): Promise<MailboxRow[]>;
  /** Those with a `max_depth`, by rising id. */
  listBounded(range: SubscriptionRange): Promise<BoundedRow[]>;
  /** By rising id. */
  listSubscriptions(query: ListQuery): Promise<ListedRow[]>;
  /** By rising id, each once. */
  listUses(query: UseQuery): Promise<UseRow[]>;
  /** How many subscriptions have an open stretch of exactly this pattern. */
  countInterest(pattern: string): Promise<number>;
  countSubscriptionsOf(endpointId: number): Promise<number>;
  size(): Promise<StoreSize>;
  /** Waits for what was called before. Nothing may be called after it. */
  close(): Promise<void>;
}
