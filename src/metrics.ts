import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { Counters } from './broker/counters.js';
import type { HookCounters } from './broker/hooks/hook-counters.js';

/** What is counted elsewhere, as plain numbers, because a call for each message would cost more than the message. */
export interface Measured {
  counters: Counters;
  hookCounters: HookCounters;
  commit: { batches: number; messages: number; seconds: number; bytesWaiting: number };
  subscriptions: { attached: number };
  /** Null: nothing is in memory only. */
  ram: { bytes: number; messages: number } | null;
}

/** What came in and went out beside the broker. */
export interface Transported {
  connections: number;
  /** Requests to routes, by what became of them. */
  webhooks: Record<'accepted' | 'failed' | 'unreachable', number>;
  /** Batches that services had, by what became of them. */
  services: Record<'handled' | 'failed' | 'late' | 'lost', number>;
  /** Files of drops, in the same way. */
  files: Record<'published' | 'failed', number>;
  /** Messages of routes to folders. */
  writtenFiles: Record<'written' | 'failed' | 'unreachable', number>;
}

type Read = (measured: Measured) => number;

/** Name, help, and where the number comes from. */
const counts: [name: string, help: string, read: Read][] = [
  ['messages_published_total', 'Messages accepted.', ({ counters }) => counters.published],
  [
    'messages_duplicate_total',
    'Messages whose msg_id had been accepted before.',
    ({ counters }) => counters.duplicates,
  ],
  [
    'messages_delivered_total',
    'Messages sent to a subscriber, again or for the first time.',
    ({ counters }) => counters.delivered,
  ],
  ['messages_settled_total', 'Messages acknowledged.', ({ counters }) => counters.settled],
  ['messages_nacked_total', 'Messages that a subscriber refused.', ({ counters }) => counters.nacked],
  ['unreachable_attempts_total', 'Attempts whose receiver was not reached.', ({ counters }) => counters.unreachable],
  [
    'messages_expired_total',
    'Messages passed over in a queue because they had expired.',
    ({ counters }) => counters.expired,
  ],
  ['messages_dead_lettered_total', 'Messages moved to the dead-letter topic.', ({ counters }) => counters.deadLettered],
  ['messages_redriven_total', 'Dead letters put back into their queue.', ({ counters }) => counters.redriven],
  [
    'messages_rewound_total',
    'Settled messages that a rewind brought back into a queue.',
    ({ counters }) => counters.rewound,
  ],
  ['messages_deleted_total', 'Messages deleted from a queue.', ({ counters }) => counters.deleted],
  ['messages_refused_total', 'Publishes that a hook refused.', ({ counters }) => counters.hookRefused],
  ['messages_skipped_total', 'Messages whose delivery a hook put off.', ({ counters }) => counters.hookSkipped],
  [
    'messages_cancelled_total',
    'Delayed messages cancelled before they were due.',
    ({ counters }) => counters.cancelled,
  ],
  [
    'ram_refused_total',
    'Publishes refused because there was no room in memory.',
    ({ counters }) => counters.ramRefused,
  ],
  ['stray_responses_total', 'Responses that matched no delivery.', ({ counters }) => counters.strayResponses],
  ['commits_total', 'Transactions of the store.', ({ commit }) => commit.batches],
  ['commit_operations_total', 'Messages and other changes in those transactions.', ({ commit }) => commit.messages],
  ['commit_seconds_total', 'Time spent waiting for those transactions.', ({ commit }) => commit.seconds],
];

const drops: [reason: string, read: Read][] = [
  ['max_depth', ({ counters }) => counters.overDepth],
  ['unsubscribed', ({ counters }) => counters.unsubscribed],
  ['inactive', ({ counters }) => counters.inactive],
  ['cleared', ({ counters }) => counters.cleared],
  ['ram_full', ({ counters }) => counters.ramLost],
  ['dead_letter', ({ counters }) => counters.deadLettersDropped],
  ['hook', ({ counters }) => counters.hookDeleted],
];

const sweeps: [reason: string, read: Read][] = [
  ['settled', ({ counters }) => counters.sweptSettled],
  ['no_subs', ({ counters }) => counters.sweptUnwanted],
  ['topic_deleted', ({ counters }) => counters.sweptDeleted],
  ['expired', ({ counters }) => counters.sweptExpired],
  ['ram_full', ({ counters }) => counters.sweptRamFull],
];

/** A registry of its own, with the figures of the process too; all of them are read when it is asked for its text. */
export function createMetrics(measured: Measured, transport: Transported): Registry {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  for (const [name, help, read] of counts) addCounter(registry, name, help, () => read(measured));
  addReasons(registry, 'messages_dropped_total', 'Messages that left a queue otherwise.', drops, measured);
  addReasons(registry, 'messages_swept_total', 'Messages removed from the log.', sweeps, measured);
  addHooks(registry, measured);
  addCounts(registry, 'webhook_requests_total', 'Requests to routes, by what became of them.', 'outcome', () =>
    Object.entries(transport.webhooks),
  );
  addCounts(registry, 'service_batches_total', 'Batches of services, by what became of them.', 'outcome', () =>
    Object.entries(transport.services),
  );
  addCounts(registry, 'files_total', 'Files of drops, by what became of them.', 'outcome', () =>
    Object.entries(transport.files),
  );
  addCounts(registry, 'written_files_total', 'Messages of routes to folders, by what became of them.', 'outcome', () =>
    Object.entries(transport.writtenFiles),
  );
  const gauges: [name: string, help: string, read: () => number][] = [
    ['connections', 'WebSocket connections.', () => transport.connections],
    ['attached_subscriptions', 'Subscriptions that a connection receives.', () => measured.subscriptions.attached],
    ['ram_bytes', 'Messages that are not guaranteed, in memory.', () => measured.ram?.bytes ?? 0],
    ['ram_messages', 'How many these are.', () => measured.ram?.messages ?? 0],
    ['commit_waiting_bytes', 'Publishes that wait for the disk.', () => measured.commit.bytesWaiting],
  ];
  for (const [name, help, read] of gauges) {
    new Gauge({
      name: prefixed(name),
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  }
  return registry;
}

function addCounter(registry: Registry, name: string, help: string, read: () => number): void {
  new Counter({
    name: prefixed(name),
    help,
    registers: [registry],
    collect() {
      this.reset();
      this.inc(read());
    },
  });
}

/** A figure for each hook, and for each cause of its failures. */
function addHooks(registry: Registry, { hookCounters: { calls, failures } }: Measured): void {
  new Counter({
    name: prefixed('hook_calls_total'),
    help: 'Calls of hooks that were answered.',
    labelNames: ['hook'],
    registers: [registry],
    collect() {
      this.reset();
      for (const [hook, count] of Object.entries(calls)) this.inc({ hook }, count);
    },
  });
  new Counter({
    name: prefixed('hook_failures_total'),
    help: 'Calls of hooks that failed.',
    labelNames: ['hook', 'cause'],
    registers: [registry],
    collect() {
      this.reset();
      for (const [hook, causes] of Object.entries(failures)) {
        for (const [cause, count] of Object.entries(causes)) this.inc({ hook, cause }, count);
      }
    },
  });
}

function addReasons(
  registry: Registry,
  name: string,
  help: string,
  reasons: [string, Read][],
  measured: Measured,
): void {
  addCounts(registry, name, help, 'reason', () => reasons.map(([reason, read]) => [reason, read(measured)]));
}

/** A figure for each value of a label. */
function addCounts(
  registry: Registry,
  name: string,
  help: string,
  label: string,
  read: () => [value: string, count: number][],
): void {
  new Counter({
    name: prefixed(name),
    help,
    labelNames: [label],
    registers: [registry],
    collect() {
      this.reset();
      for (const [value, count] of read()) this.inc({ [label]: value }, count);
    },
  });
}

function prefixed(name: string): string {
  return `holdfast_${name}`;
}
