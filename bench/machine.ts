import { statfsSync } from 'node:fs';
import { availableParallelism, cpus, loadavg } from 'node:os';

/** The file system that lives in memory, as `statfs` tells it: there, a sync costs nothing and proves nothing. */
const tmpfsType = 0x01021994;

/** What a reader must know of the machine to read the figures. */
export interface Machine {
  node: string;
  cpu: string;
  cores: number;
  /** Mean number of busy threads in the minute before: anything but idle spoils the figures. */
  loadBefore: number;
  storesInMemory: boolean;
}

export function describeMachine(directory: string): Machine {
  return {
    node: process.version,
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    loadBefore: loadavg()[0]!,
    storesInMemory: statfsSync(directory).type === tmpfsType,
  };
}

export function formatMachine(machine: Machine): string {
  const { node, cpu, cores, loadBefore, storesInMemory } = machine;
  const line = `Node ${node}, ${cores} cores of ${cpu}, load before ${loadBefore.toFixed(1)}`;
  return storesInMemory ? `${line}\nStores are in memory (tmpfs): nothing here says what a disk would do.` : line;
}
