import type { WorkloadResult } from './result.js';
import type { Setup } from './setup.js';

/** One load on Holdfast and on what it is compared with. */
export interface Workload {
  /** What it takes at the default sizes on two cores, in seconds; only the guess of what is left is made of it. */
  secondsAbout: number;
  /** True if a small size of it tells nothing that another workload does not: `--quick` leaves it out unless it is named. */
  isThorough?: boolean;
  run(setup: Setup): Promise<WorkloadResult>;
}

/** Workloads by the name that `--only` takes. */
export type Workloads = Record<string, Workload>;
