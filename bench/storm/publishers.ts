import { descriptorsMax } from '../../src/transport/descriptors.js';
import { measureRound } from '../measure.js';
import { columnCheck, type WorkloadResult } from '../result.js';
import type { Setup } from '../setup.js';
import { Crowds } from './crowds.js';
import { fill } from './storm.js';

const topicName = '/bench/publishers';
const everyMs = 60_000;
/** Descriptors that a server needs for its files, and keeps for those who ask by HTTP. */
const spareDescriptors = 500;

/** Thousands of sockets that stay, each of which publishes once a minute. */
export async function publishers(setup: Setup): Promise<WorkloadResult> {
  const { publisherSockets: wanted, publisherSeconds, dataBytes } = setup.options.sizes;
  const devices = Math.min(wanted, descriptorsMax() - spareDescriptors);
  if (devices < wanted) setup.options.progress(`RLIMIT_NOFILE allows for ${devices} sockets instead of ${wanted}`);
  const directory = setup.makeDirectory();
  fill(directory, 'keys', [devices, 0, dataBytes]);
  const server = await setup.startHoldfast({ directory });
  // Without somebody who is owed them, they would be swept.
  await setup.generator.run(server.target, { kind: 'leave', topicName, subscriptions: 1, namePrefix: 'absent-' });
  const crowds = new Crowds(setup);
  const side = { name: 'holdfast', rounds: [] as WorkloadResult['sides'][0]['rounds'] };
  const forMs = publisherSeconds * 1_000;
  const job = { kind: 'publishers', devices, secrets: 'keys', topicName, dataBytes, everyMs, forMs } as const;
  const unitsPerRound = Math.ceil((devices * forMs) / everyMs);
  side.rounds.push(await measureRound(crowds, { name: side.name, server, job, unitsPerRound }));
  return {
    workload: 'publishers',
    title: `${devices} sockets that publish once a minute, ${dataBytes} B, for ${publisherSeconds} s`,
    sides: [side],
    checks: columnCheck(side, 'p99_ms', 'publish answered, p99', { kind: 'at_most', value: 10, unit: 'ms' }),
  };
}
