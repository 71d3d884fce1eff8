import { ratioCheck, type Side, type WorkloadResult } from '../result.js';
import { StoreFiles } from '../scale/fill/store-file.js';
import type { Setup } from '../setup.js';

const topicName = '/bench/offline';

/**
 * The same publishes with many absent subscribers on the topic and with none: what does a subscriber cost a publisher?
 * Rates are compared with none and with one. Bytes are compared with one only, because what nobody is owed is swept away
 * meanwhile and its pages are used again, so that a file without any subscriber says nothing about what a message takes.
 */
export async function offlineCost(setup: Setup): Promise<WorkloadResult> {
  const { sizes } = setup.options;
  const { dataBytes, window, offlineMessages: messages, offlineSubscriptions: subscriptions } = sizes;
  const rounds = setup.options.rounds * sizes.offlineRoundsPerRound;
  const stores = new StoreFiles(setup);
  const contenders = [];
  const sidesOf = [
    [`${subscriptions} offline`, subscriptions],
    ['none', 0],
    ['1 offline', 1],
  ] as const;
  for (const [name, count] of sidesOf) {
    setup.options.progress(`filling a store with ${count} subscriptions`);
    // Through the store's own door, and closed again: a million calls would take too long, and only two files without
    // a write-ahead log can be compared.
    const directory = await stores.fill([
      { kind: 'subscriptions', to: { topicName }, namePrefix: 'absent-', count },
      { kind: 'messages', topicName, count: 0, dataBytes, priorities: 1 },
    ]);
    const server = await setup.startHoldfast({ directory });
    const bytesBefore = server.diskBytes();
    const job = { kind: 'publish', topicName, messages, dataBytes, window } as const;
    contenders.push({ name, server, job, unitsPerRound: messages, bytesBefore });
  }

  const sides = await setup.measure(contenders, rounds);
  for (const [index, { server, bytesBefore }] of contenders.entries()) {
    await server.stop();
    sides[index]!.rounds.at(-1)!.disk_bytes = (server.diskBytes() - bytesBefore) / (messages * (rounds + 1));
  }
  const [many, none, one] = sides as [Side, Side, Side];
  const label = `publish with ${subscriptions} offline ÷ with`;
  return {
    workload: 'offline',
    title: `publish with offline subscriptions on the topic, ${dataBytes} B, window ${window}, ${messages} a round`,
    sides,
    checks: [
      ...ratioCheck([many, none], 'per_second', `${label} none, rate`, { kind: 'at_least', value: 0.95, unit: '' }),
      ...ratioCheck([many, one], 'per_second', `${label} 1, rate`, { kind: 'at_least', value: 0.95, unit: '' }),
      ...ratioCheck([many, one], 'disk_bytes', `${label} 1, bytes on disk`, { kind: 'at_most', value: 1.05, unit: '' }),
    ],
  };
}
