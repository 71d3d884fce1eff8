/** Publishes over many topics and priorities, to a subscriber that answers everything, or to nobody who is there. */
export interface SpreadJob {
  kind: 'spread';
  /** Topics `<topicPrefix>` + the numbers from `firstTopic`, in turn. */
  topicPrefix: string;
  firstTopic: number;
  topics: number;
  /** How many of the nine are used, the highest; 1: the default one alone. */
  priorities: number;
  messages: number;
  dataBytes: number;
  window: number;
  /** What a live subscriber listens to, or null for none. It covers all that is published. */
  listenTo: string | null;
}

/** Keeps live subscriptions with the patterns from `patternOf(first)` on, one each, that share a few sockets. */
export interface HoldJob {
  kind: 'hold';
  first: number;
  count: number;
  sockets: number;
}

export type ScaleJob = SpreadJob | HoldJob;
