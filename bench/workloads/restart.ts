import { columnCheck, type Side, type WorkloadResult } from '../result.js';
import type { Setup } from '../setup.js';

const topicName = '/bench/restart';
const mebibyte = 1024 * 1024;

/** From the start of the process to the first yes of `/health/ready`, with a large backlog on disk. */
export async function restart(setup: Setup): Promise<WorkloadResult> {
  const { dataBytes, restartMessages: messages } = setup.options.sizes;
  const directory = setup.makeDirectory();
  let server = await setup.startHoldfast({ directory });
  await setup.generator.run(server.target, { kind: 'leave', topicName, subscriptions: 1, namePrefix: 'absent-' });
  setup.options.progress(`filling a store with ${messages} messages`);
  await setup.generator.run(server.target, { kind: 'fill', topicName, messages, dataBytes });

  const stopped: Side = { name: 'after a clean stop', rounds: [] };
  const killed: Side = { name: 'after SIGKILL', rounds: [] };
  for (let round = 0; round < setup.options.rounds; round += 1) {
    setup.options.progress(`round ${round + 1} of ${setup.options.rounds}`);
    setup.options.advance?.(round / setup.options.rounds);
    for (const side of [stopped, killed]) {
      if (side === stopped) await server.stop();
      else await server.kill();
      server = await setup.startHoldfast({ directory });
      side.rounds.push({
        seconds: server.readySeconds,
        rss_mib: server.usage().rssBytes / mebibyte,
        disk_bytes: server.diskBytes() / messages,
      });
    }
  }
  const target = { kind: 'at_most', value: 2, unit: 's' } as const;
  return {
    workload: 'restart',
    title: `restart with ${messages} messages waiting`,
    sides: [stopped, killed],
    checks: [
      ...columnCheck(stopped, 'seconds', `restart with ${messages} waiting`, target),
      ...columnCheck(killed, 'seconds', `the same after SIGKILL`, target),
    ],
  };
}
