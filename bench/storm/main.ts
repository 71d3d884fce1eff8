// A load generator of storms: a process that plays some thousands of devices, which stay from job to job.
import type { PreparedLoad } from '../load/job.js';
import { serveLoads } from '../load/serve.js';
import type { Target } from '../load/socket.js';
import { prepareBystander } from './bystander.js';
import { prepareArrive, preparePublishers, prepareReturn } from './crowd.js';
import type { StormJob } from './job.js';

serveLoads(async (target: Target, job: StormJob): Promise<PreparedLoad> => {
  switch (job.kind) {
    case 'arrive':
      return prepareArrive(target, job);
    case 'return':
      return prepareReturn(target, job);
    case 'publishers':
      return preparePublishers(target, job);
    case 'bystander':
      return prepareBystander(target, job);
  }
});
