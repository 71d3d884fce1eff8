import type { Generator } from '../generator.js';
import type { IdleJob } from '../load/job.js';
import { columnCheck, type Round, type Side, type WorkloadResult } from '../result.js';
import type { Setup } from '../setup.js';
import type { Server } from '../subject/server.js';
import { settledRss } from '../subject/settled-rss.js';

const kibibyte = 1024;
const mebibyte = 1024 * 1024;

type Start = (isInspected: boolean) => Promise<Server>;

/** What a connected subscriber costs while nothing happens. Every look has new servers, since memory is not given back. */
export async function idleMemory(setup: Setup): Promise<WorkloadResult> {
  const { idleSockets: sockets } = setup.options.sizes;
  const keeper = setup.startGenerator();
  const holdfast: Side = { name: 'holdfast', rounds: [] };
  const bare: Side = { name: 'bare', rounds: [] };
  for (let round = 0; round < setup.options.rounds; round += 1) {
    setup.options.progress(`round ${round + 1} of ${setup.options.rounds}`);
    setup.options.advance?.(round / setup.options.rounds);
    holdfast.rounds.push(await measureIdle(setup, keeper, isInspected => setup.startHoldfast({ isInspected })));
    bare.rounds.push(
      await measureIdle(setup, keeper, isInspected => setup.startBare({ program: 'idle', isInspected })),
    );
  }
  const target = { kind: 'at_most', value: 11, unit: 'KiB' } as const;
  return {
    workload: 'idle',
    title: `memory of an idle subscribed connection, growth over ${sockets}`,
    sides: [holdfast, bare],
    checks: [
      ...columnCheck(holdfast, 'kib_each', 'memory of an idle connection, as it grows', target),
      ...columnCheck(holdfast, 'live_kib_each', 'memory of an idle connection, garbage collected', target),
    ],
  };
}

/** Once as an operator sees it grow, and once with the garbage of the handshakes collected before each look. */
async function measureIdle(setup: Setup, keeper: Generator, start: Start): Promise<Round> {
  const grown = await growth(setup, keeper, await start(false), async () => undefined);
  const inspected = await start(true);
  const live = await growth(setup, keeper, inspected, () => inspected.collectGarbage());
  const each = (bytes: number) => bytes / setup.options.sizes.idleSockets / kibibyte;
  return { kib_each: each(grown.bytes), live_kib_each: each(live.bytes), rss_mib: grown.endBytes / mebibyte };
}

async function growth(setup: Setup, keeper: Generator, server: Server, tidy: () => Promise<void>) {
  const { idleSockets, idlePrimingSockets, idleLooks } = setup.options.sizes;
  const idle = (sockets: number, namePrefix: string): IdleJob => {
    return { kind: 'idle', topicName: '/bench/idle', sockets, namePrefix };
  };
  await keeper.prepare(server.target, idle(idlePrimingSockets, 'priming-'));
  await tidy();
  const before = await settledRss(server, idleLooks);
  await setup.generator.prepare(server.target, idle(idleSockets, 'idle-'));
  await tidy();
  const after = await settledRss(server, idleLooks);
  await setup.generator.end();
  await keeper.end();
  await server.stop();
  return { bytes: after - before, endBytes: after };
}
