import { stormWorkloads } from './storm/workloads.js';
import type { Workloads } from './workload.js';
import { drain, drainLarge } from './workloads/drain.js';
import { arrays, durablePublish, eightConnections, oneConnection } from './workloads/durable-publish.js';
import { fanOut, fanOutWide } from './workloads/fan-out.js';
import { idleMemory } from './workloads/idle-memory.js';
import { latency } from './workloads/latency.js';
import { offlineCost } from './workloads/offline-cost.js';
import { restart } from './workloads/restart.js';
import { slowReaders } from './workloads/slow-readers.js';

/** What runs if nothing is asked for. */
export const standardWorkloads: Workloads = {
  publish: { run: setup => durablePublish(setup, oneConnection), secondsAbout: 13 },
  'publish-8': { run: setup => durablePublish(setup, eightConnections), secondsAbout: 13, isThorough: true },
  'publish-arrays': { run: setup => durablePublish(setup, arrays), secondsAbout: 12 },
  'fan-out': { run: fanOut, secondsAbout: 10 },
  'fan-out-1000': { run: fanOutWide, secondsAbout: 28 },
  drain: { run: drain, secondsAbout: 10 },
  'drain-large': { run: drainLarge, secondsAbout: 20, isThorough: true },
  offline: { run: offlineCost, secondsAbout: 30 },
  latency: { run: latency, secondsAbout: 70 },
  slow: { run: slowReaders, secondsAbout: 65 },
  restart: { run: restart, secondsAbout: 12 },
  idle: { run: idleMemory, secondsAbout: 95 },
};

/** What runs only if `--only` names it, because it takes long or needs a machine of its own. */
export const furtherWorkloads: Workloads = { ...stormWorkloads };

/** What runs if nothing is named: with `quick` only what tells something in a small size. */
export function standardNames(quick: boolean): string[] {
  return Object.keys(standardWorkloads).filter(name => !(quick && standardWorkloads[name]!.isThorough));
}
