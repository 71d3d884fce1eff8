import { writeFileSync } from 'node:fs';
import { describeMachine, formatMachine } from '../machine.js';
import type { WorkloadResult } from '../result.js';
import { ensurePlaces } from '../run-options.js';
import { Setup } from '../setup.js';
import { defaultSizes, quickSizes } from '../sizes.js';
import { formatWorkload } from '../table.js';
import { Comparison } from './comparison.js';
import { ensureKeeps } from './ensure-keeps.js';
import { openPeer } from './open-peer.js';
import { type PeerOptions, parsePeerOptions, peerHelp } from './options.js';
import { type Peer, promises } from './peer.js';
import { peerSizes } from './sizes.js';
import { formatSummary } from './summary.js';
import { drain } from './workloads/drain.js';
import { fanOut } from './workloads/fan-out.js';
import { idle } from './workloads/idle.js';
import { latency } from './workloads/latency.js';
import { offline } from './workloads/offline.js';
import { publish } from './workloads/publish.js';

const exitError = 1;
const exitUsage = 2;

/** The memory of connections first, while a peer that was started for this has not grown for other reasons. */
const workloads: Record<string, (comparison: Comparison) => Promise<WorkloadResult>> = {
  idle,
  publish,
  'fan-out': fanOut,
  drain,
  latency,
  offline,
};

function progress(text: string): void {
  process.stderr.write(`${text}\n`);
}

async function inSetup<T>(
  options: PeerOptions,
  peers: Peer[],
  run: (comparison: Comparison) => Promise<T>,
): Promise<T> {
  const setup = new Setup({ ...options, sizes: options.quick ? quickSizes : defaultSizes, progress: () => undefined });
  try {
    return await run(new Comparison(setup, peers, peerSizes(options.quick)));
  } finally {
    await setup.close();
  }
}

/** Runs what was asked for and answers whether all of it succeeded. */
async function runAll(options: PeerOptions, peers: Peer[]): Promise<boolean> {
  const machine = describeMachine(options.directory);
  console.log(formatMachine(machine));
  await inSetup(options, peers, comparison => ensureKeeps(comparison));
  const results: WorkloadResult[] = [];
  let isWell = true;
  for (const name of options.only.length > 0 ? options.only : Object.keys(workloads)) {
    progress(`${name} …`);
    try {
      const result = await inSetup(options, peers, workloads[name]!);
      results.push(result);
      console.log(`\n${formatWorkload(result)}`);
    } catch (error) {
      isWell = false;
      progress(`${name} failed: ${(error as Error).stack}`);
    }
  }
  console.log(`\n${formatSummary(results, peers)}`);
  const told = peers.map(({ name, kind }) => ({ name, promise: promises[kind] }));
  const report = { machine, options, peers: told, promise: promises.holdfast, results };
  if (options.json !== null) writeFileSync(options.json, `${JSON.stringify(report, null, 2)}\n`);
  return isWell;
}

/** `npm run bench -- --peer …`: answers the exit code. */
export async function compare(args: readonly string[]): Promise<number> {
  let options: PeerOptions | 'help';
  try {
    options = parsePeerOptions(args, Object.keys(workloads));
    if (options !== 'help') ensurePlaces(options);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${peerHelp}`);
    return exitUsage;
  }
  if (options === 'help') {
    process.stdout.write(peerHelp);
    return 0;
  }
  const peers: Peer[] = [];
  try {
    for (const text of options.peers) peers.push(await openPeer(text));
    return (await runAll(options, peers)) ? 0 : exitError;
  } catch (error) {
    progress((error as Error).message);
    return exitError;
  } finally {
    await Promise.all(peers.map(peer => peer.close()));
  }
}
