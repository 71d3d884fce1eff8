import { measureInTurn } from '../measure.js';
import { ratioCheck, type WorkloadResult } from '../result.js';
import type { Setup } from '../setup.js';

const topicName = '/bench/offline';

/** The same publishes with many absent subscribers on the topic and with none: what does a subscriber cost a publisher? */
export async function offlineCost(setup: Setup): Promise<WorkloadResult> {
  const { sizes } = setup.options;
  const { dataBytes, window, offlineMessages: messages, offlineSubscriptions: subscriptions } = sizes;
  const rounds = setup.options.rounds * sizes.offlineRoundsPerRound;
  const contenders = [];
  for (const [name, absent] of [
    [`${subscriptions} offline`, subscriptions],
    ['none', 0],
  ] as const) {
    const directory = setup.makeDirectory();
    const before = await setup.startHoldfast(directory);
    const leave = { kind: 'leave', topicName, subscriptions: absent, namePrefix: 'absent-' } as const;
    await setup.generator.run(before.target, leave);
    // A clean stop folds the write-ahead log into the file: only so do two sizes compare.
    await before.stop();
    const bytesBefore = before.diskBytes();
    const server = await setup.startHoldfast(directory);
    const job = { kind: 'publish', topicName, messages, dataBytes, window } as const;
    contenders.push({ name, server, job, unitsPerRound: messages, bytesBefore });
  }

  const sides = await measureInTurn(setup.generator, contenders, rounds);
  for (const [index, { server, bytesBefore }] of contenders.entries()) {
    await server.stop();
    sides[index]!.rounds.at(-1)!.disk_bytes = (server.diskBytes() - bytesBefore) / (messages * (rounds + 1));
  }
  const label = `publish with ${subscriptions} offline ÷ with none`;
  return {
    workload: 'offline',
    title: `publish with offline subscriptions on the topic, ${dataBytes} B, window ${window}, ${messages} a round`,
    sides,
    checks: [
      ...ratioCheck(sides, 'per_second', `${label}, rate`, { kind: 'at_least', value: 0.95, unit: '' }),
      ...ratioCheck(sides, 'disk_bytes', `${label}, bytes on disk`, { kind: 'at_most', value: 1.05, unit: '' }),
    ],
  };
}
