import { Writable } from 'node:stream';
import { Batch } from '../../../src/broker/delivery/batch.js';
import { Message } from '../../../src/broker/message.js';
import type { Attempt, Sink } from '../../../src/broker/sink.js';
import { type SubscriptionOptions, subscriptionDefaults } from '../../../src/broker/subscriptions/options.js';
import type { WebhookRoute } from '../../../src/broker/subscriptions/receiver.js';
import { createLog } from '../../../src/log.js';
import { MessageIds } from '../../../src/protocol/ids.js';
import { type Limits, limits } from '../../../src/protocol/limits.js';
import type { Priority } from '../../../src/store/store.js';
import type { Resolve } from '../../../src/transport/webhook/guarded-lookup.js';
import { Webhooks } from '../../../src/transport/webhook/webhooks.js';
import { Inbox } from '../../e2e/inbox.js';
import { ManualClock } from '../../sim/manual-clock.js';

/** How an attempt was settled, and with which delay in seconds. */
export type Settled =
  | { kind: 'acked' }
  | { kind: 'failed' | 'unreachable'; error: string; delaySec: number | undefined };

export interface Target {
  sink: Sink;
  settled: Inbox<Settled>;
  /** Something for each time that the sink said to be ready again. */
  wakes: Inbox<true>;
}

export interface RigOptions {
  limits?: Partial<Limits>;
  resolve?: Resolve;
  allowed?: string;
}

const ids = new MessageIds('0123456789abcdef0123456789abcdef');
export const startMs = Date.UTC(2030, 0, 1);

/** The sinks of routes without a broker, with time in the hands of the test. */
export class Rig {
  readonly clock = new ManualClock(startMs);
  readonly counters = { accepted: 0, failed: 0, unreachable: 0 };
  readonly log: { level: string; msg: string; url?: string; error?: string }[] = [];
  readonly webhooks: Webhooks;

  constructor({ limits: changed, resolve, allowed = '127.0.0.1' }: RigOptions = {}) {
    const lines = new Writable({
      write: (chunk: Buffer, _, done) => {
        this.log.push(JSON.parse(chunk.toString()));
        done();
      },
    });
    this.webhooks = new Webhooks({
      allowedNetworks: [{ address: allowed, prefix: 32, family: 'ipv4' }],
      limits: { ...limits, ...changed },
      clock: this.clock,
      counters: this.counters,
      log: createLog('debug', lines),
      resolve,
    });
  }

  target(route: WebhookRoute, changed: Partial<SubscriptionOptions> = {}): Target {
    const wakes = new Inbox<true>();
    const options = { ...subscriptionDefaults, ...changed };
    const served = { subKey: 'zpskreceiver', name: 'shop', username: 'crm', options };
    const sink = this.webhooks.sinkFor({ route }, served, () => wakes.push(true));
    return { sink, settled: new Inbox<Settled>(), wakes };
  }

  /** Hands a batch over, with a message for each of these data. */
  deliver({ sink, settled }: Target, ...data: unknown[]): void {
    sink.deliver(attemptTo(settled), batchOf(...data));
  }
}

/** Positions and so ids are those of the places in the list. */
export function batchOf(...data: unknown[]): Batch {
  const batch = new Batch('zpskreceiver', ids);
  for (const [index, one] of data.entries()) {
    const body = `"topic_name":"/t","data":${JSON.stringify(one)}`;
    const row = { position: index + 1, topicId: 1, priority: 5 as Priority, expiresAt: startMs + 1e6, msgId: null };
    batch.add(new Message({ ...row, isAddressed: false, body }), 1);
  }
  return batch;
}

function attemptTo(settled: Inbox<Settled>): Attempt {
  return {
    subKey: 'zpskreceiver',
    acked: () => settled.push({ kind: 'acked' }),
    ackedExcept: () => settled.push({ kind: 'acked' }),
    failed: (error, delaySec) => settled.push({ kind: 'failed', error, delaySec }),
    unreachable: (error, delaySec) => settled.push({ kind: 'unreachable', error, delaySec }),
  };
}
