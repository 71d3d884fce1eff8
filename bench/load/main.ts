// The load generator: a process of its own, so that its work is neither in the server's figures nor in the bench's.
import { prepareDrain } from './drain.js';
import { prepareFanOut } from './fan-out.js';
import type { Job, PreparedLoad } from './job.js';
import { preparePaced } from './paced.js';
import { preparePublish } from './publish.js';
import { serveLoads } from './serve.js';
import { prepareFill, prepareIdle, prepareLeave } from './setting.js';
import type { Target } from './socket.js';

serveLoads(async (target: Target, job: Job): Promise<PreparedLoad> => {
  switch (job.kind) {
    case 'publish':
      return preparePublish(target, job);
    case 'fan_out':
      return prepareFanOut(target, job);
    case 'paced':
      return preparePaced(target, job);
    case 'drain':
      return prepareDrain(target, job);
    case 'fill':
      return prepareFill(target, job);
    case 'leave':
      return prepareLeave(target, job);
    case 'idle':
      return prepareIdle(target, job);
  }
});
