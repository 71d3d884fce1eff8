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
  /** Messages that some subscriber has not got yet, at most. */
  fanOutWindow: number;
  drainMessages: number;
  restartMessages: number;
  idleSockets: number;
  /** Opened before the first look at the memory, so that code and caches are not counted as sockets. */
  idlePrimingSockets: number;
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
  offlineSubscriptions: 2_000,
  offlineMessages: 100_000,
  offlineRoundsPerRound: 2,
  fanOutMessages: 10_000,
  fanOutSubscribers: 100,
  fanOutWindow: 1_000,
  drainMessages: 100_000,
  restartMessages: 1_000_000,
  idleSockets: 4_000,
  idlePrimingSockets: 2_000,
  stormDevices: 10_000,
  stormPasswordDevices: 10_000,
  stormMessages: 10,
  publisherSockets: 20_000,
  publisherSeconds: 30,
};

/** For a first look: a third of the time, with figures that swing more. */
export const quickSizes: Sizes = {
  ...defaultSizes,
  publishMessages: 50_000,
  offlineMessages: 15_000,
  fanOutMessages: 4_000,
  restartMessages: 100_000,
  idleSockets: 2_000,
  idlePrimingSockets: 1_000,
  stormDevices: 2_000,
  stormPasswordDevices: 200,
  publisherSockets: 4_000,
  publisherSeconds: 10,
};
