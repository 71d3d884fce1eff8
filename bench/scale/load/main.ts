// The load generator of the curves.
import { serveLoads } from '../../load/serve.js';
import { prepareHold } from './hold.js';
import type { ScaleJob } from './job.js';
import { prepareSpread } from './spread.js';

serveLoads((target, job: ScaleJob) => (job.kind === 'spread' ? prepareSpread(target, job) : prepareHold(target, job)));
