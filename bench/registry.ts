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
  publish: { run: setup => durablePublish(setup, oneConnection), secondsAbout: 30 },
  'publish-8': { run: setup => durablePublish(setup, eightConnections), secondsAbout: 30 },
  'publish-arrays': { run: setup => durablePublish(setup, arrays), secondsAbout: 25 },
  'fan-out': { run: fanOut, secondsAbout: 30 },
  'fan-out-1000': { run: fanOutWide, secondsAbout: 60 },
  drain: { run: drain, secondsAbout: 20 },
  'drain-large': { run: drainLarge, secondsAbout: 60 },
  offline: { run: offlineCost, secondsAbout: 60 },
  latency: { run: latency, secondsAbout: 75 },
  slow: { run: slowReaders, secondsAbout: 75 },
  restart: { run: restart, secondsAbout: 30 },
  idle: { run: idleMemory, secondsAbout: 90 },
};

/** What runs only if `--only` names it, because it takes long or needs a machine of its own. */
export const furtherWorkloads: Workloads = { ...stormWorkloads };
