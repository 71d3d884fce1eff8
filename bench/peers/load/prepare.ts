import type { PreparedLoad } from '../../load/job.js';
import type { Target } from '../../load/socket.js';
import { mqtt } from '../mqtt/mqtt.js';
import { nats } from '../nats/nats.js';
import { holdfast } from '../wire/holdfast.js';
import type { PeerTarget, Wire } from '../wire/wire.js';
import { prepareAttach } from './attach.js';
import { prepareDrain } from './drain.js';
import { prepareFanOut } from './fan-out.js';
import type { PeerJob } from './job.js';
import { prepareLatency } from './latency.js';
import { preparePublish } from './publish.js';

const wires = { mqtt, nats };

/** What sets a stage is not timed by anyone, so it may happen while the job is prepared. */
async function untimed(done: Promise<void>): Promise<PreparedLoad> {
  await done;
  return { run: async () => undefined, check: async () => undefined, close: async () => undefined };
}

async function prepare<T extends Target>(wire: Wire<T>, target: T, job: PeerJob): Promise<PreparedLoad> {
  switch (job.kind) {
    case 'stage':
      return untimed(wire.stage(target, job));
    case 'clear':
      return untimed(wire.clear(target, job));
    case 'publish':
      return preparePublish(wire, target, job);
    case 'fan_out':
      return prepareFanOut(wire, target, job);
    case 'drain':
      return prepareDrain(wire, target, job);
    case 'latency':
      return prepareLatency(wire, target, job);
    case 'attach':
      return prepareAttach(wire, target, job);
  }
}

function isPeer(target: Target): target is PeerTarget {
  return 'address' in target;
}

/** Prepares a job in the protocol that the target speaks. */
export function preparePeerLoad(target: Target, job: PeerJob): Promise<PreparedLoad> {
  return isPeer(target) ? prepare(wires[target.address.protocol], target, job) : prepare(holdfast, target, job);
}
