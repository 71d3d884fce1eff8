import type { WorkloadResult } from '../../result.js';
import { type Comparison, exceptions } from '../comparison.js';
import { namePrefix } from '../load/job.js';

/** The side of a subject without any absent subscriber; the other one has the subject's own name. */
export function noneName(name: string): string {
  return `${name}, none`;
}

/** The same publishes with many absent subscribers and with none: what does a subscriber cost a publisher? */
export async function offline(comparison: Comparison): Promise<WorkloadResult> {
  const { dataBytes, window, offlineSubscriptions } = comparison.sizes;
  const planOf = (topicName: string, subscriptions: number, messages: number) => {
    const stage = { topicName, namePrefix, subscriptions };
    const job = { kind: 'publish', topicName, messages, dataBytes, window } as const;
    return { stage, backlog: 0, job, unitsPerRound: messages };
  };
  const sides = await comparison.measure(({ name, sizes }) => {
    const many = planOf('/bench/offline', offlineSubscriptions, sizes.offlineMessages);
    const none = planOf('/bench/alone', 0, comparison.sizes.offlineMessages);
    return [
      { name, plan: many },
      { name: noneName(name), plan: none },
    ];
  });
  const fewer = exceptions(comparison.subjects, 'offlineMessages', 'messages');
  return {
    workload: 'offline',
    title: `publish with ${offlineSubscriptions} absent subscribers, and with none${fewer}`,
    sides,
    checks: [],
  };
}
