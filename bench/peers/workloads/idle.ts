import type { Generator } from '../../generator.js';
import type { Round, Side, WorkloadResult } from '../../result.js';
import type { Server } from '../../subject/server.js';
import { settledRss } from '../../subject/settled-rss.js';
import type { Comparison } from '../comparison.js';
import type { PeerJob } from '../load/job.js';
import type { Stage } from '../wire/wire.js';

const kibibyte = 1_024;
const mebibyte = 1_024 * kibibyte;

/**
 * What a connected subscriber with a durable subscription costs while nothing happens. Once only, because a peer that
 * goes on running does not give back what it has grown by, and would need less the second time.
 */
export async function idle(comparison: Comparison): Promise<WorkloadResult> {
  const keeper = comparison.startGenerator();
  const sides: Side[] = [];
  for (const { name, server } of comparison.subjects) {
    sides.push({ name, rounds: [await measureIdle(comparison, keeper, await server())] });
  }
  const { idleConnections, idlePriming } = comparison.sizes;
  return {
    workload: 'idle',
    title: `memory of an idle subscriber, growth over ${idleConnections} after the first ${idlePriming}`,
    sides,
    checks: [],
  };
}

async function measureIdle(comparison: Comparison, keeper: Generator<PeerJob>, server: Server): Promise<Round> {
  const { idleConnections, idlePriming } = comparison.sizes;
  // The names differ because Holdfast's are those of an endpoint, whatever their topic.
  const primed: Stage = { topicName: '/bench/priming', namePrefix: 'primed-', subscriptions: idlePriming };
  const measured: Stage = { topicName: '/bench/idle', namePrefix: 'idle-', subscriptions: idleConnections };
  await attach(keeper, server, primed);
  const before = await settledRss(server);
  await attach(comparison.generator, server, measured);
  const after = await settledRss(server);
  await detach(comparison.generator, server, measured);
  await detach(keeper, server, primed);
  // Also where it did not grow, because what it had used before and let go was enough: then nothing can be said.
  if (!(after > before)) return {};
  return { kib_each: (after - before) / idleConnections / kibibyte, rss_mib: after / mebibyte };
}

async function attach(generator: Generator<PeerJob>, server: Server, stage: Stage): Promise<void> {
  await generator.run(server.target, { kind: 'stage', ...stage });
  await generator.prepare(server.target, { kind: 'attach', ...stage });
}

async function detach(generator: Generator<PeerJob>, server: Server, stage: Stage): Promise<void> {
  await generator.end();
  await generator.run(server.target, { kind: 'clear', ...stage });
}
