import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { measureRound } from '../measure.js';
import { type Check, columnCheck, type Side, type WorkloadResult } from '../result.js';
import type { Setup } from '../setup.js';
import { Crowds } from './crowds.js';
import type { Secrets } from './fleet.js';

const fillMain = fileURLToPath(new URL('./fill.js', import.meta.url));

export function stormKeys(setup: Setup): Promise<WorkloadResult> {
  return storm(setup, 'keys', setup.options.sizes.stormDevices);
}

export function stormPasswords(setup: Setup): Promise<WorkloadResult> {
  return storm(setup, 'passwords', setup.options.sizes.stormPasswordDevices);
}

/** All devices lose their sockets together and come back without jitter: to a new server, and to the one they had. */
async function storm(setup: Setup, secrets: Secrets, devices: number): Promise<WorkloadResult> {
  const { stormMessages: messages, dataBytes } = setup.options.sizes;
  const restarted: Side = { name: 'server restarted', rounds: [] };
  const lost: Side = { name: 'clients lost', rounds: [] };
  for (let round = 0; round < setup.options.rounds; round += 1) {
    const directory = setup.makeDirectory();
    fill(directory, secrets, [devices, messages, dataBytes]);
    const server = await setup.startHoldfast({ directory });
    const crowds = new Crowds(setup);
    const job = { devices, secrets, messages, dataBytes };
    const contender = { name: 'holdfast', server, unitsPerRound: devices };
    restarted.rounds.push(await measureRound(crowds, { ...contender, job: { ...job, kind: 'arrive' } }));
    lost.rounds.push(await measureRound(crowds, { ...contender, job: { ...job, kind: 'return' } }));
    await crowds.stop();
    await server.stop();
  }
  const title = `${devices} devices with ${secrets} come back at once to ${messages} messages each, ${dataBytes} B`;
  const sides = [restarted, lost];
  return {
    workload: `storm-${secrets}`,
    title,
    sides,
    checks: sides.flatMap(side => checksOf(side, secrets, devices)),
  };
}

/** Makes the fleet in the store of a server that is still to be started. */
export function fill(directory: string, secrets: Secrets, numbers: [devices: number, messages: number, bytes: number]) {
  execFileSync(process.execPath, [fillMain, join(directory, 'holdfast.db'), secrets, ...numbers.map(String)]);
}

/** After a restart each password costs its hash; who has to wait too long for it is sent away, but once. */
function checksOf(side: Side, secrets: Secrets, devices: number): Check[] {
  const refusals = secrets === 'keys' ? 0 : devices;
  const figure = (what: string) => `${what}, ${secrets}, ${side.name}`;
  return [
    ...columnCheck(side, 'seconds', figure('storm drained'), { kind: 'at_most', value: 60, unit: 's' }),
    ...columnCheck(side, 'refused', figure('refused'), { kind: 'at_most', value: refusals, unit: '' }),
    ...columnCheck(side, 'loop_p99_ms', figure('event loop delay p99'), { kind: 'at_most', value: 100, unit: 'ms' }),
  ];
}
