import { stormWorkloads } from './storm/workloads.js';
import type { Workloads } from './workload.js';
import { drain } from './workloads/drain.js';
import { durablePublish } from './workloads/durable-publish.js';
import { fanOut } from './workloads/fan-out.js';
import { idleMemory } from './workloads/idle-memory.js';
import { offlineCost } from './workloads/offline-cost.js';
import { restart } from './workloads/restart.js';

/** What runs if nothing is asked for. */
export const standardWorkloads: Workloads = {
  publish: { run: durablePublish, secondsAbout: 20 },
  offline: { run: offlineCost, secondsAbout: 40 },
  'fan-out': { run: fanOut, secondsAbout: 20 },
  drain: { run: drain, secondsAbout: 20 },
  restart: { run: restart, secondsAbout: 20 },
  idle: { run: idleMemory, secondsAbout: 60 },
};

/** What runs only if `--only` names it, because it takes long or needs a machine of its own. */
export const furtherWorkloads: Workloads = { ...stormWorkloads };
