/** How far the curves go. Each list rises, and its first is what the others are compared with. */
export interface ScaleSizes {
  dataBytes: number;
  /** Publishes without an answer, at most. */
  window: number;
  /** Publishes of a round, at each point. */
  messages: number;
  offlineSubscriptions: number[];
  backlogMessages: number[];
  /** Messages that a round drains at least, so that a short backlog is drained by several subscriptions. */
  drainedMessages: number;
  idleConnections: number[];
  topics: number[];
  patterns: number[];
  /** Publishes of a round, each to a topic of its own. */
  newTopics: number;
  /** Live subscriptions with patterns are spread over so many sockets. */
  patternSockets: number;
  priorities: number[];
}

export const fullScale: ScaleSizes = {
  dataBytes: 256,
  window: 1_000,
  messages: 100_000,
  offlineSubscriptions: [0, 1, 1_000, 10_000, 100_000, 1_000_000],
  backlogMessages: [10_000, 100_000, 1_000_000, 5_000_000],
  drainedMessages: 200_000,
  idleConnections: [0, 1_000, 2_000, 5_000, 10_000],
  topics: [1, 100, 1_000, 10_000, 100_000],
  patterns: [1, 100, 1_000, 10_000, 100_000],
  newTopics: 2_000,
  patternSockets: 20,
  priorities: [1, 3, 9],
};

/** For a first look, and to find out whether something broke. */
export const quickScale: ScaleSizes = {
  ...fullScale,
  messages: 20_000,
  offlineSubscriptions: [0, 1, 1_000, 20_000],
  backlogMessages: [10_000, 50_000],
  drainedMessages: 50_000,
  idleConnections: [0, 500, 1_000],
  topics: [1, 1_000, 5_000],
  patterns: [1, 1_000, 5_000],
  newTopics: 1_000,
  priorities: [1, 9],
};

/** The same without what is larger. */
export function upTo(sizes: ScaleSizes, most: number): ScaleSizes {
  const within = (list: number[]) => list.filter(size => size <= most);
  return {
    ...sizes,
    offlineSubscriptions: within(sizes.offlineSubscriptions),
    backlogMessages: within(sizes.backlogMessages),
    idleConnections: within(sizes.idleConnections),
    topics: within(sizes.topics),
    patterns: within(sizes.patterns),
    priorities: within(sizes.priorities),
  };
}
