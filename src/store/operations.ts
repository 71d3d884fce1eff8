/** What a commit is made of: its operations, and what each of them is answered with. */
import type { OverlayRow, Position, Priority, Uptime } from './rows.js';
import type { RangeSwept, SweepExpired, SweepMailbox, SweepRange, SweepSettled, SweepTopic, Swept } from './sweeps.js';

export * from './sweeps.js';

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
  /**
   * They need not outlive the process. A store without room for them in memory stores them like any others. With the
   * names of their topics, because what is in memory has no table of topics beside it, and the bytes of their bodies.
   */
  inRam?: { topicNames: string[]; bytes: number[] };
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
  /** Unix milliseconds. */
  dueAt: number;
  topicId: number;
  priority: Priority;
  /** Unix milliseconds. */
  expiresAt: number;
  body: string;
  msgId: string;
  endpointId: number;
  /** As of any named message. */
  rememberUntil: number;
  /** The mailboxes that it is for; none: for everyone. */
  subIds: number[];
}

export interface Delayed {
  outcome: 'stored' | 'duplicate' | 'conflict';
}

/** Changes a delayed message, if it has this version. The next one is one higher. */
export interface UpdateDelayed {
  kind: 'update_delayed';
  msgId: string;
  version: number;
  /** Unix milliseconds. */
  dueAt: number;
  priority: Priority;
  /** Unix milliseconds. */
  expiresAt: number;
  body: string;
}

export interface DelayedUpdated {
  /** `gone`: it has entered the log, or there never was one. `changed`: it has another version. */
  outcome: 'updated' | 'gone' | 'changed';
}

/** Takes a delayed message away. Its id is remembered as long as that of a message that is gone, at position 0. */
export interface CancelDelayed {
  kind: 'cancel_delayed';
  msgId: string;
}

export interface DelayedCancelled {
  outcome: 'cancelled' | 'gone';
}

/** Moves up to `limit` delayed messages that are due at `now` (Unix milliseconds) into the log, earliest first. */
export interface EnterDue {
  kind: 'enter_due';
  now: number;
  limit: number;
}

export interface EnteredDue {
  entered: { position: Position; topicId: number; priority: Priority; subIds: number[] }[];
  /** When the next one is due (Unix milliseconds), or null. */
  nextDueAt: number | null;
}

/**
 * Draws positions for messages that live in memory only, so that they have their place between those on disk. Their ids
 * are remembered like any others. The answer is that of an append of as many messages.
 */
export interface Draw {
  kind: 'draw';
  count: number;
  /** As in an append. */
  named: NamedMessage[];
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
  /** For each of them, what it takes to put it back into this queue: opaque to the store. */
  letterOrigins?: string[];
}

export interface Settled {
  deadLetters: Appended | null;
}

/**
 * Puts dead letters of a subscription back: each leaves the lanes, and a message for the mailbox of the subscription
 * enters the log in its place. A letter that is gone by then is passed over, and so are all if the subscription is.
 */
export interface Redrive {
  kind: 'redrive';
  subId: number;
  /** `position` is that of the letter, all else is of the message that enters. */
  letters: { position: Position; topicId: number; priority: Priority; expiresAt: number; body: string }[];
}

export interface Redriven {
  /** For each letter the position of its message, or null. */
  entered: (Position | null)[];
}

export interface CreateTopic {
  kind: 'create_topic';
  name: string;
  /** JSON of the topic's options: opaque to the store. */
  options: string;
  /** True: what is published while no subscription names it is kept for the first that does. */
  keeps?: boolean;
}

export interface UpdateTopic {
  kind: 'update_topic';
  id: number;
  options: string;
  /** As of a new one; it keeps what is published from now on. Undefined: as it was. */
  keeps?: boolean;
}

/** The name is free, and its row stays, as deleted and with a name that none can have, until `sweep_topic` is done. */
export interface DeleteTopic {
  kind: 'delete_topic';
  id: number;
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
  /** The first message that lives in memory only: stretches that reach to it stay. */
  oldest?: Position;
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
  /** False: the stretches are closed at once, for a subscription that starts switched off. */
  queueing: boolean;
  /** The stretches and the lanes start there, if it is earlier. Undefined: after the position of this operation. */
  from?: Position;
  /** As in a `UseRow`. Undefined: 0. */
  usedAt?: number;
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
  /** The first message that lives in memory only: stretches that reach to it stay. */
  oldest?: Position;
}

/** Removes the subscription, its stretches, overlay and mailbox. */
export interface DeleteSubscription {
  kind: 'delete_subscription';
  id: number;
}

/**
 * Notes when subscriptions were last used, and how long the broker has been up. Subscriptions that are gone are passed
 * over.
 */
export interface NoteUses {
  kind: 'note_uses';
  subIds: number[];
  /** As in a `UseRow`, for each of them. */
  usedAt: (number | null)[];
  uptime: Uptime;
}

export interface UsesNoted {
  /** Subscriptions that are there. */
  noted: number;
}

/** What creates something answers its id; `position` is the last one given out before the operation. */
export interface Changed {
  id: number;
  position: Position;
}

/** Notes that everything up to the last position came before a time, and forgets notes. */
export interface MarkTime {
  kind: 'mark_time';
  /** Unix milliseconds; later than of all marks before. */
  at: number;
  /** Marks that go, by their positions. */
  forget: Position[];
}

/** The mark is at this position; an earlier one there is kept. */
export interface Marked {
  position: Position;
}

/** What became of interests in topics that keep messages; what there is nothing to tell of is left out. */
export interface InterestChanged extends Changed {
  /** This is the first subscription that names these topics: its interest in them began there. */
  early?: { pattern: string; from: Position }[];
  /** Nothing was changed, as these topics have kept something for a first subscription, and this one is not new. */
  kept?: string[];
  /** No subscription names these topics any more: from `position` on they keep what comes. */
  left?: string[];
}

export type Operation =
  | Append
  | Delay
  | UpdateDelayed
  | CancelDelayed
  | EnterDue
  | Draw
  | Settle
  | Redrive
  | CreateTopic
  | UpdateTopic
  | DeleteTopic
  | CreateEndpoint
  | UpdateEndpoint
  | CreateSubscription
  | UpdateSubscription
  | DeleteSubscription
  | MarkTime
  | NoteUses
  | SweepExpired
  | SweepSettled
  | SweepRange
  | SweepMailbox
  | SweepTopic;

export interface Results {
  append: Appended;
  delay: Delayed;
  update_delayed: DelayedUpdated;
  cancel_delayed: DelayedCancelled;
  enter_due: EnteredDue;
  draw: Appended;
  settle: Settled;
  redrive: Redriven;
  create_topic: Changed;
  update_topic: Changed;
  delete_topic: Changed;
  create_endpoint: Changed;
  update_endpoint: Changed;
  create_subscription: InterestChanged;
  update_subscription: InterestChanged;
  delete_subscription: InterestChanged;
  mark_time: Marked;
  note_uses: UsesNoted;
  sweep_expired: Swept;
  sweep_settled: Swept;
  sweep_range: RangeSwept;
  sweep_mailbox: Swept;
  sweep_topic: Swept;
}

export type Result<O extends Operation> = Results[O['kind']];

export interface Committed {
  /** One for each operation, in their order. */
  results: Results[keyof Results][];
  /** The last position given out so far. */
  position: Position;
}
