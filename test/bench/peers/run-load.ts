import type { LoadFigures } from '../../../bench/load/job.js';
import type { PeerJob } from '../../../bench/peers/load/job.js';
import { preparePeerLoad } from '../../../bench/peers/load/prepare.js';
import type { Peer } from '../../../bench/peers/peer.js';

/** Runs a job as the load generator does, in this process. */
export async function runLoad({ server }: Peer, job: PeerJob): Promise<LoadFigures> {
  const load = await preparePeerLoad(server.target, job);
  await load.run();
  const figures = load.figures?.() ?? {};
  await load.check();
  await load.close();
  return figures;
}

const topicName = '/test/load';
const namePrefix = 'sub-';
const dataBytes = 256;
const messages = 600;

/** An empty topic with so many absent subscriptions. */
export function stageOf(subscriptions: number) {
  return { topicName, namePrefix, subscriptions };
}

export const publishJob = { kind: 'publish', topicName, messages, dataBytes, window: 100 } as const;
export const drainJob = { kind: 'drain', topicName, name: `${namePrefix}0`, messages, dataBytes } as const;
export const fanOutJob = { ...publishJob, kind: 'fan_out', subscribers: 5 } as const;
const latencyJob = { kind: 'latency', topicName, messages: 100, dataBytes, perSecond: 1_000, subscribers: 3 } as const;

/** Every load once, each of which fails by itself if the broker loses, doubles or keeps what it must not. */
export async function runAllLoads(peer: Peer): Promise<LoadFigures> {
  await runLoad(peer, { kind: 'stage', ...stageOf(1) });
  await runLoad(peer, publishJob);
  await runLoad(peer, drainJob);
  await runLoad(peer, { kind: 'stage', ...stageOf(5) });
  await runLoad(peer, fanOutJob);
  const figures = await runLoad(peer, latencyJob);
  await runLoad(peer, { kind: 'stage', ...stageOf(5) });
  await runLoad(peer, { kind: 'attach', ...stageOf(5) });
  await runLoad(peer, { kind: 'clear', ...stageOf(5) });
  return figures;
}

export async function failureOf(running: Promise<unknown>): Promise<string> {
  return running.then(
    () => 'it did not fail',
    (error: Error) => error.message,
  );
}
