import type { Workloads } from '../workload.js';
import { publishers } from './publishers.js';
import { stormKeys, stormPasswords } from './storm.js';

/** Many at once: they run only if they are named, because they take all ports and descriptors that there are. */
export const stormWorkloads: Workloads = {
  'storm-keys': { run: stormKeys, secondsAbout: 90 },
  'storm-passwords': { run: stormPasswords, secondsAbout: 900 },
  publishers: { run: publishers, secondsAbout: 150 },
};
