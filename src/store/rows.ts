/** What a store keeps, as it comes back. */

/** The number a message gets when it is committed: one store-wide counter that never goes back. 0 = before all. */
export type Position = number;

export type Priority = number;

/** Positions after `from` up to and including `to`; null = open. */
export interface StretchRow {
  pattern: string;
  from: Position;
  to: Position | null;
}

export interface TopicRow {
  id: number;
  name: string;
  /** JSON: opaque to the store. */
  options: string;
  /** What came after it, while no subscription named the topic, is kept for the first that does; null: it keeps nothing. */
  keptFrom: Position | null;
  /** What it had is being removed; its name is one that no topic can have. */
  isDeleted: boolean;
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
  /** JSON: opaque to the store, but that it finds those with a `max_depth` or a `receiver`. */
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

/** A stretch of one subscription's interest, with what tells how far the subscription has settled. */
export interface InterestRow {
  subId: number;
  endpointId: number;
  from: Position;
  /** Null = open. */
  to: Position | null;
  /** As in its row. */
  createdAt: Position;
  lanes: string;
}

/** A subscription with messages in its mailbox. */
export interface MailboxRow {
  subId: number;
  /** As in its row. */
  createdAt: Position;
  lanes: string;
}

/** A subscription whose options have a `max_depth`. */
export interface BoundedRow {
  subId: number;
  /** Each once; also those that are switched off. */
  patterns: string[];
}

/** A subscription as lists show it. */
export interface ListedRow {
  id: number;
  subKey: string;
  endpointId: number;
  name: string | null;
  options: string;
  /** Each once, in order; also those that are switched off. */
  patterns: string[];
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
  /** Above 0: it was moved to the top, and comes before everything of its lane; the highest number first. */
  top: number;
  /** Failed attempts, against `delivery_max_retry`. */
  attempts: number;
  /** How often it may have been sent. */
  sent: number;
  /** Unix milliseconds. */
  dueAt: number;
  /** Unix milliseconds. */
  expiresAt: number;
  /** 1 for the message as it was published; rises with each edit. */
  version: number;
  lastError: string | null;
  /** Its own copy of the body, if it was edited. */
  body: string | null;
}

export interface MessageRow {
  position: Position;
  topicId: number;
  priority: Priority;
  /** Unix milliseconds. */
  expiresAt: number;
  /** Null: derived from the position. */
  msgId: string | null;
  /** True for a message that went to the mailboxes of single subscriptions. */
  isAddressed: boolean;
  /** Empty for a message that had expired at `now` of the query. */
  body: string;
}

/** Everything up to the position came before this time, by the clock of the broker. */
export interface TimeMark {
  position: Position;
  /** Unix milliseconds. */
  at: number;
}

/** How long brokers have been up on this store while they noted uses: time that stands still while none is up. */
export interface Uptime {
  /** Milliseconds. */
  ms: number;
  /** Since when, in `ms`, every use of a subscription is noted; null: uses are not noted. */
  notedSince: number | null;
}

/** When a subscription was last used. */
export interface UseRow {
  subId: number;
  /** In milliseconds of `Uptime`; 0 if no use was ever noted; null if the use had not ended when it was noted. */
  usedAt: number | null;
}

/** A message that has not entered the log yet. */
export interface DelayedRow {
  /** Tells those that are due at the same time apart: what was stored earlier has a lower one. */
  id: number;
  /** Unix milliseconds. */
  dueAt: number;
  topicId: number;
  priority: Priority;
  /** Unix milliseconds. */
  expiresAt: number;
  body: string;
  msgId: string;
  /** Whose it is. */
  endpointId: number;
  /** The mailboxes that it is for; none: for everyone. */
  subIds: number[];
  /** 1 for the message as it was published; rises with each edit. */
  version: number;
}

/** A dead letter, with what its subscription needs to have it back. */
export interface LetterRow extends MessageRow {
  origin: string;
}

export interface Opened {
  /** Every position that was given out before this start is at most this; every later one is higher. */
  position: Position;
  topics: TopicRow[];
  endpoints: EndpointRow[];
  /** The distinct patterns with a `*` that subscriptions have. */
  widePatterns: string[];
  /** 32 random bytes as hex, made with the store and never changed: the key of message ids and credentials. */
  secret: string;
  /** When the next delayed message is due (Unix milliseconds), or null. */
  nextDueAt: number | null;
  /** Rising, in position and in time. */
  marks: TimeMark[];
  uptime: Uptime;
}

/** Where the message with an id given by a publisher is, and whose id it is. */
export interface NamedPlace {
  /** Null while the message is delayed; 0 if it was cancelled. */
  position: Position | null;
  endpointId: number;
}
