import { defaultSizes, quickSizes } from '../sizes.js';
import type { PeerKind } from './peer.js';

/** How much each comparison does: as much as the workload of the same name, if all brokers can. */
export interface PeerSizes {
  dataBytes: number;
  window: number;
  publishMessages: number;
  offlineSubscriptions: number;
  offlineMessages: number;
  fanOutMessages: number;
  fanOutSubscribers: number;
  fanOutWindow: number;
  drainMessages: number;
  latencyMessages: number;
  latencyPerSecond: number;
  latencySubscribers: number;
  idleConnections: number;
  /** Opened before the first look at the memory, so that code and caches are not counted as connections. */
  idlePriming: number;
}

/** A broker that keeps a copy or a row for each subscriber gets fewer messages, or a round would take minutes. */
const offlineMessagesOfRows = 2_000;

const fewer: Partial<Record<PeerKind, Partial<PeerSizes>>> = {
  mosquitto: { offlineMessages: offlineMessagesOfRows },
  mqtt: { offlineMessages: offlineMessagesOfRows },
  aedes: { offlineMessages: offlineMessagesOfRows, fanOutMessages: 1_000, drainMessages: 20_000 },
};

export function peerSizes(quick: boolean): PeerSizes {
  const { dataBytes, publishMessages, fanOutMessages, idleSockets, idlePrimingSockets } = quick
    ? quickSizes
    : defaultSizes;
  return {
    ...{ dataBytes, publishMessages, fanOutMessages },
    window: 1_000,
    offlineSubscriptions: 1_000,
    offlineMessages: publishMessages,
    fanOutSubscribers: 100,
    fanOutWindow: 1_000,
    drainMessages: quick ? publishMessages : 100_000,
    latencyMessages: quick ? 2_000 : 5_000,
    latencyPerSecond: 1_000,
    latencySubscribers: 10,
    idleConnections: idleSockets,
    idlePriming: idlePrimingSockets,
  };
}

/** The same, with what this broker can do of it in reasonable time. */
export function sizesFor(sizes: PeerSizes, kind: PeerKind | 'holdfast'): PeerSizes {
  const less = kind === 'holdfast' ? {} : (fewer[kind] ?? {});
  const smaller = { ...sizes };
  for (const [name, value] of Object.entries(less) as [keyof PeerSizes, number][]) {
    smaller[name] = Math.min(sizes[name], value);
  }
  return smaller;
}
