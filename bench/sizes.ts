/** How much each workload does. */
export interface Sizes {
  dataBytes: number;
  /** Publishes without an answer, at most. */
  window: number;
  publishMessages: number;
  offlineSubscriptions: number;
  /** Rounds are shorter and there are more of them, because their quotient is what counts. */
  offlineMessages: number;
  offlineRoundsPerRound: number;
  fanOutMessages: number;
  fanOutSubscribers: number;
  fanOutWideMessages: number;
  fanOutWideSubscribers: number;
  fanOutWideWindow: number;
  /** Messages that some subscriber has not got yet, at most. */
  fanOutWindow: number;
  drainMessages: number;
  drainLargeMessages: number;
  /** A backlog of millions takes half a minute to drain, so a few rounds of it must do. */
  drainLargeRoundsMax: number;
  latencyMessages: number;
  latencyPerSecond: number;
  latencySubscribers: number;
  /** The paced fan-out beside which some read slowly: what share of the subscribers, and how slowly. */
  slowMessages: number;
  slowPerSecond: number;
  slowShare: number;
  slowBytesPerSecond: number;
  restartMessages: number;
  idleSockets: number;
  /** Opened before the first look at the memory, so that code and caches are not counted as sockets. */
  idlePrimingSockets: number;
  /** Looks at the memory, 0.2 s apart, of which the least counts. */
  idleLooks: number;
  /** Devices that come back at once, and messages that wait for each. */
  stormDevices: number;
  stormPasswordDevices: number;
  stormMessages: number;
  /** Sockets that publish once a minute, and how long they are looked at. */
  publisherSockets: number;
  publisherSeconds: number;
}

export const defaultSizes: Sizes = {
  dataBytes: 256,
  window: 1_000,
  publishMessages: 100_000,
  offlineSubscriptions: 100_000,
  offlineMessages: 100_000,
  offlineRoundsPerRound: 2,
  fanOutMessages: 10_000,
  fanOutSubscribers: 100,
  fanOutWideMessages: 2_000,
  fanOutWideSubscribers: 1_000,
  fanOutWideWindow: 200,
  fanOutWindow: 1_000,
  drainMessages: 100_000,
  drainLargeMessages: 1_000_000,
  drainLargeRoundsMax: 3,
  latencyMessages: 5_000,
  latencyPerSecond: 1_000,
  latencySubscribers: 10,
  slowMessages: 4_000,
  slowPerSecond: 1_000,
  slowShare: 0.05,
  slowBytesPerSecond: 65_536,
  restartMessages: 1_000_000,
  idleSockets: 4_000,
  idlePrimingSockets: 2_000,
  idleLooks: 6,
  stormDevices: 10_000,
  stormPasswordDevices: 10_000,
  stormMessages: 10,
  publisherSockets: 20_000,
  publisherSeconds: 30,
};

/** The sizes at which brokers that work per subscriber or per waiting message give up: some minutes more. */
export const fullSizes: Sizes = {
  ...defaultSizes,
  offlineSubscriptions: 1_000_000,
  drainLargeMessages: 5_000_000,
};

/** For a first look, in less than a minute, with figures that swing more. */
export const quickSizes: Sizes = {
  ...defaultSizes,
  publishMessages: 50_000,
  offlineSubscriptions: 2_000,
  offlineMessages: 15_000,
  offlineRoundsPerRound: 1,
  fanOutMessages: 4_000,
  fanOutWideMessages: 500,
  drainLargeMessages: 300_000,
  latencyMessages: 1_000,
  slowMessages: 1_000,
  restartMessages: 100_000,
  idleSockets: 2_000,
  idlePrimingSockets: 1_000,
  idleLooks: 2,
  stormDevices: 2_000,
  stormPasswordDevices: 200,
  publisherSockets: 4_000,
  publisherSeconds: 10,
};
