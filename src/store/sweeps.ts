/** Operations that remove what nobody needs any more, each in bounded steps. */
import type { Position } from './rows.js';

/**
 * Removes messages that expired, oldest expiry first (in steps of `limits.expiry_step_ms`); an overlay row with its own,
 * later expiry keeps its message, out of the lanes. Forgets ids whose time is over and whose message is gone, too.
 */
export interface SweepExpired {
  kind: 'sweep_expired';
  /** Unix milliseconds. */
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

/**
 * Removes what `sweep_settled` would remove of many topics, in the order of positions: messages of topics that are
 * published to by turns lie side by side, and whoever goes topic by topic comes to each place once for each of them.
 */
export interface SweepRange {
  kind: 'sweep_range';
  topicIds: number[];
  /** For each topic in turn as many as there are priorities and one more, as in `sweep_settled`. */
  upto: Position[];
  /** Only what comes after this position is looked at, and not more than `limit` messages of whatever topic. */
  after: Position;
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

/**
 * Removes messages of a deleted topic, wherever they are: in lanes, mailboxes, overlays, and those that are delayed. With
 * the last of them goes the topic.
 */
export interface SweepTopic {
  kind: 'sweep_topic';
  topicId: number;
  limit: number;
}

export interface Swept {
  /** Messages that are gone. It may be 0 although there is more. */
  removed: number;
  /** True if there may be more to remove than `limit`. */
  more: boolean;
}

export interface RangeSwept extends Swept {
  /** How many messages were looked at, and up to which position. */
  looked: number;
  reached: Position;
}
