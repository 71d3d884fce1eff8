/**
 * The `Store` port: what the broker needs of a durable store, in batches and asynchronous from the first day.
 *
 * One `commit` is one transaction: all of its operations are on disk when its promise resolves, in the order given,
 * or none is. Positions are drawn inside the transaction, so the order of positions is the order of commit, and an
 * operation that opens or closes a stretch does so between the positions of the messages before and after it.
 *
 * Reads run beside commits, on a reader of their own, and see every commit whose promise has resolved.
 */

/** The number a message gets when it is committed: one store-wide counter that never goes back. 0 = before all. */
export type Position = number;

export type Priority = number;

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

// ---------------------------------------------------------------- operations of a commit

/** Messages that enter the log, as columns of one length, because columns cross to a worker cheaper than objects. */
export interface Append {
  kind: 'append';
  topicIds: number[];
  priorities: Priority[];
  /** Unix milliseconds. */
  expiresAt: number[];
  /** The members of the message as they go on the wire, without braces, `msg_id`, `delivery_count` and `sub_key`. */
  bodies: string[];
  /** Messages whose `msg_id` is not derived from their position, by index, in rising order. */
  named: NamedMessage[];
  /** Messages for the mailboxes of single subscriptions, by index, in rising order; no one else sees them. */
  addressed: { index: number; subIds: number[] }[];
}

export interface NamedMessage {
  index: number;
  msgId: string;
  endpointId: number;
  /** Unix milliseconds until which the id is remembered, also when the message is gone. */
  rememberUntil: number;
}

/** The messages that were not refused have the positions `first`, `first + 1`, … in their order. */
export interface Appended {
  first: Position;
  /** Named messages that were not stored, because this endpoint (`duplicate`) or another one (`conflict`) used the id. */
  refused: { index: number; reason: 'duplicate' | 'conflict' }[];
}

/** A message that enters the log when it is due. It is always named. */
export interface Delay {
  kind: 'delay';
  dueAt: number;
  topicId: number;
  priority: Priority;
  expiresAt: number;
  body: string;
  msgId: string;
  endpointId: number;
  rememberUntil: number;
  subIds: number[];
}

export interface Delayed {
  outcome: 'stored' | 'duplicate' | 'conflict';
}

/** Moves up to `limit` delayed messages that are due at `now` into the log, earliest first. */
export interface EnterDue {
  kind: 'enter_due';
  now: number;
  limit: number;
}

export interface EnteredDue {
  entered: { position: Position; topicId: number; priority: Priority; subIds: number[] }[];
  /** When the next one is due, or null. */
  nextDueAt: number | null;
}

/** Draws positions for messages that live in memory only, so that they have their place between those on disk. */
export interface Draw {
  kind: 'draw';
  count: number;
}

/** The positions are `first`, `first + 1`, … */
export interface Drawn {
  first: Position;
}

/**
 * What became of messages of one subscription. The only way in which a queue changes.
 * If the subscription is gone, its lanes and overlay are passed over, and dead letters still enter the log.
 */
export interface Settle {
  kind: 'settle';
  subId: number;
  /** Lanes of the subscription: opaque to the store. Undefined: as it was. */
  lanes?: string;
  overlayPut?: OverlayRow[];
  overlayDelete?: Position[];
  /** Messages for the dead-letter topic, that enter the log in the same transaction. */
  deadLetters?: Append;
}

export interface Settled {
  deadLetters: Appended | null;
}

export interface CreateTopic {
  kind: 'create_topic';
  name: string;
  /** JSON of the topic's options: opaque to the store. */
  options: string;
}

export interface UpdateTopic {
  kind: 'update_topic';
  id: number;
  options: string;
}

export interface CreateEndpoint {
  kind: 'create_endpoint';
  username: string;
  role: string;
  /** Hashed password or key: opaque to the store. */
  credential: string;
  publishPatterns: string[];
  /** Each opens a stretch that starts after the position of this operation. */
  subscribePatterns: string[];
}

export interface UpdateEndpoint {
  kind: 'update_endpoint';
  id: number;
  role?: string;
  credential?: string;
  publishPatterns?: string[];
  grant?: string[];
  /** Subscribe patterns whose open stretch ends at the position of this operation. */
  revoke?: string[];
}

export interface CreateSubscription {
  kind: 'create_subscription';
  subKey: string;
  endpointId: number;
  /** Unique within the endpoint. */
  name: string | null;
  /** JSON of the options: opaque to the store. */
  options: string;
  /** Each opens a stretch of interest that starts after the position of this operation. */
  patterns: string[];
  /** False: the stretches are empty, for a subscription that starts switched off. */
  queueing: boolean;
}

export interface UpdateSubscription {
  kind: 'update_subscription';
  id: number;
  options?: string;
  lanes?: string;
  epoch?: number;
  /** New stretches of interest, after the position of this operation. */
  open?: string[];
  /** Patterns whose open stretch ends at the position of this operation; one that is in `open` too has an empty one. */
  close?: string[];
  /** Patterns whose stretches go altogether. */
  remove?: string[];
  overlayDelete?: Position[];
}

/** Removes the subscription, its stretches, overlay and mailbox. */
export interface DeleteSubscription {
  kind: 'delete_subscription';
  id: number;
}

/** What creates something answers its id; `position` is the last one given out before the operation. */
export interface Changed {
  id: number;
  position: Position;
}

/**
 * Removes messages that expired, oldest expiry first (in steps of `limits.expiry_step_ms`); an overlay row with its own,
 * later expiry keeps its message, out of the lanes. Forgets ids whose time is over and whose message is gone, too.
 */
export interface SweepExpired {
  kind: 'sweep_expired';
  now: number;
  limit: number;
}

/**
 * Removes messages of a topic up to a position in each priority. One that an overlay refers to leaves the lanes only:
 * it can still be read by its position, and goes with the last overlay row that refers to it.
 */
export interface SweepSettled {
  kind: 'sweep_settled';
  topicId: number;
  /** Indexed by priority; index 0 is not used. */
  upto: Position[];
  limit: number;
}

/** Takes messages out of one subscription's mailbox up to a position in each priority; in no mailbox, they are removed. */
export interface SweepMailbox {
  kind: 'sweep_mailbox';
  subId: number;
  /** Indexed by priority; index 0 is not used. */
  upto: Position[];
  limit: number;
}

export interface Swept {
  /** Messages that are gone. It may be 0 although there is more. */
  removed: number;
  /** True if there may be more to remove than `limit`. */
  more: boolean;
}

export type Operation =
  | Append
  | Delay
  | EnterDue
  | Draw
  | Settle
  | CreateTopic
  | UpdateTopic
  | CreateEndpoint
  | UpdateEndpoint
  | CreateSubscription
  | UpdateSubscription
  | DeleteSubscription
  | SweepExpired
  | SweepSettled
  | SweepMailbox;

export interface Results {
  append: Appended;
  delay: Delayed;
  enter_due: EnteredDue;
  draw: Drawn;
  settle: Settled;
  create_topic: Changed;
  update_topic: Changed;
  create_endpoint: Changed;
  update_endpoint: Changed;
  create_subscription: Changed;
  update_subscription: Changed;
  delete_subscription: Changed;
  sweep_expired: Swept;
  sweep_settled: Swept;
  sweep_mailbox: Swept;
}

export type Result<O extends Operation> = Results[O['kind']];

export interface Committed {
  /** One for each operation, in their order. */
  results: Results[keyof Results][];
  /** The last position given out so far. */
  position: Position;
}

// ---------------------------------------------------------------- rows that come back

/** Positions after `from` up to and including `to`; null = open. */
export interface StretchRow {
  pattern: string;
  from: Position;
  to: Position | null;
}

export interface TopicRow {
  id: number;
  name: string;
  options: string;
}

export interface EndpointRow {
  id: number;
  username: string;
  role: string;
  credential: string;
  publishPatterns: string[];
  rights: StretchRow[];
}

export interface SubscriptionRow {
  id: number;
  subKey: string;
  endpointId: number;
  name: string | null;
  options: string;
  /** Empty until lanes are first written. */
  lanes: string;
  epoch: number;
  /** The position at which it was created. */
  createdAt: Position;
  interests: StretchRow[];
  /** True if there is a message in its mailbox. */
  hasMailbox: boolean;
}

/** One message of one subscription that left the line. */
export interface OverlayRow {
  position: Position;
  /** `retry`: waits until `dueAt`; `edited`: in line with its own copy; `held`: waits for `queue.release`. */
  state: 'retry' | 'edited' | 'held';
  topicId: number;
  /** The lane it came from. */
  home: Priority;
  /** The lane it is delivered in. */
  priority: Priority;
  /** Failed attempts, against `delivery_max_retry`. */
  attempts: number;
  /** How often it may have been sent. */
  sent: number;
  dueAt: number;
  expiresAt: number;
  version: number;
  lastError: string | null;
  /** Its own copy of the body, if it was edited. */
  body: string | null;
}

export interface MessageRow {
  position: Position;
  topicId: number;
  priority: Priority;
  expiresAt: number;
  /** Null: derived from the position. */
  msgId: string | null;
  /** True for a message that went to the mailboxes of single subscriptions. */
  isAddressed: boolean;
  /** Empty for a message that had expired at `now` of the query. */
  body: string;
}

export interface Opened {
  /** Every position that was given out before this start is at most this; every later one is higher. */
  position: Position;
  topics: TopicRow[];
  endpoints: EndpointRow[];
  /** 32 random bytes as hex, made with the store and never changed: the key of message ids and credentials. */
  secret: string;
  nextDueAt: number | null;
}

// ---------------------------------------------------------------- reads

/** Which messages a subscription may see: those of some topics, each after a position, and those of its mailbox. */
export interface Scope {
  topics: { topicId: number; from: Position }[];
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
 * Rows in the order of delivery: priority falling, then position rising. A scope of more than `merged_topics_max` topics
 * may give a page that ends early, even without rows; as long as any `scanned[priority]` is below `upto`, there may be more.
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

export interface CountQuery {
  ranges: CountRange[];
  /** Mailbox messages with positions after `after[priority]` are counted too. */
  mailbox: { subId: number; after: Position[]; upto: Position } | null;
  /** What has expired at this time is not counted. Unix milliseconds. */
  now: number;
}

export type SubscriptionKey = { subKey: string } | { endpointId: number; name: string } | { id: number };

export interface LoadedSubscription {
  row: SubscriptionRow;
  overlay: OverlayRow[];
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
  findNamed(msgId: string): Promise<{ position: Position | null; endpointId: number } | null>;
  count(query: CountQuery): Promise<number>;
  loadSubscription(key: SubscriptionKey): Promise<LoadedSubscription | null>;
  /** Subscriptions with an id above `afterId`, in rising order. */
  listSubscriptions(afterId: number, limit: number): Promise<SubscriptionRow[]>;
  /** How many subscriptions have an open stretch of exactly this pattern. */
  countInterest(pattern: string): Promise<number>;
  countSubscriptionsOf(endpointId: number): Promise<number>;
  size(): Promise<StoreSize>;
  /** Waits for what was called before. Nothing may be called after it. */
  close(): Promise<void>;
}
