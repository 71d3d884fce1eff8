import type { DrainJob, FanOutJob, PublishJob } from '../../load/job.js';
import type { Stage } from '../wire/wire.js';

/** Empties a topic and makes its absent subscriptions anew: for setting a stage, not for measuring. */
export interface StageJob extends Stage {
  kind: 'stage';
}

/** Removes what a stage made, so that nothing is left on a broker that is not the bench's own. */
export interface ClearJob extends Stage {
  kind: 'clear';
}

/** Publishes at even distances to subscribers that acknowledge. */
export interface LatencyJob {
  kind: 'latency';
  topicName: string;
  messages: number;
  dataBytes: number;
  perSecond: number;
  subscribers: number;
}

/** Attaches to the subscriptions of a stage, a connection each, and keeps them until the next job. */
export interface AttachJob extends Stage {
  kind: 'attach';
}

export type PeerJob = StageJob | ClearJob | PublishJob | FanOutJob | DrainJob | LatencyJob | AttachJob;

/** The names of all subscriptions begin so, whatever they are for. */
export const namePrefix = 'sub-';
