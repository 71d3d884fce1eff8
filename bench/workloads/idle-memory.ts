import { setTimeout as delay } from 'node:timers/promises';
import type { Generator } from '../generator.js';
import type { IdleJob } from '../load/job.js';
import { columnCheck, type Round, type Side, type WorkloadResult } from '../result.js';
import type { Setup } from '../setup.js';
import type { Server } from '../subject/server.js';

const kibibyte = 1024;
const mebibyte = 1024 * 1024;
const settlePollMs = 250;
const settlePolls = 8;

/** What a connected subscriber costs while nothing happens. Each round has new servers, since memory is not given back. */
export async function idleMemory(setup: Setup): Promise<WorkloadResult> {
  const { idleSockets: sockets } = setup.options.sizes;
  const keeper = setup.startGenerator();
  const holdfastSide: Side = { name: 'holdfast', rounds: [] };
  const bareSide: Side = { name: 'bare', rounds: [] };
  for (let round = 0; round < setup.options.rounds; round += 1) {
    const holdfast = await setup.startHoldfast();
    holdfastSide.rounds.push(await measureIdle(setup, keeper, holdfast));
    await holdfast.stop();
    const bare = await setup.startBare('idle');
    bareSide.rounds.push(await measureIdle(setup, keeper, bare));
    await bare.stop();
  }
  const target = { kind: 'at_most', value: 14, unit: 'KiB' } as const;
  return {
    workload: 'idle',
    title: `memory of an idle subscribed connection, growth over ${sockets}`,
    sides: [holdfastSide, bareSide],
    checks: columnCheck(holdfastSide, 'kib_each', 'memory of an idle subscribed connection', target),
  };
}

async function measureIdle(setup: Setup, keeper: Generator, server: Server): Promise<Round> {
  const { idleSockets, idlePrimingSockets } = setup.options.sizes;
  const idle = (sockets: number, namePrefix: string): IdleJob => {
    return { kind: 'idle', topicName: '/bench/idle', sockets, namePrefix };
  };
  await keeper.prepare(server.target, idle(idlePrimingSockets, 'priming-'));
  const before = await settledRss(server);
  await setup.generator.prepare(server.target, idle(idleSockets, 'idle-'));
  const after = await settledRss(server);
  await setup.generator.end();
  await keeper.end();
  return { kib_each: (after - before) / idleSockets / kibibyte, rss_mib: after / mebibyte };
}

/** The least of a short while: garbage of the handshakes comes and goes, and is not what a connection costs. */
async function settledRss(server: Server): Promise<number> {
  let least = server.usage().rssBytes;
  for (let poll = 0; poll < settlePolls; poll += 1) {
    await delay(settlePollMs);
    least = Math.min(least, server.usage().rssBytes);
  }
  return least;
}
