import type { WorkloadResult } from '../../result.js';
import type { Comparison } from '../comparison.js';
import { namePrefix } from '../load/job.js';

const topicName = '/bench/publish';

/** Acknowledged publishes that one absent subscriber is owed. */
export async function publish(comparison: Comparison): Promise<WorkloadResult> {
  const { dataBytes, window, publishMessages: messages } = comparison.sizes;
  const sides = await comparison.measure(({ name }) => {
    const stage = { topicName, namePrefix, subscriptions: 1 };
    const job = { kind: 'publish', topicName, messages, dataBytes, window } as const;
    return [{ name, plan: { stage, backlog: 0, job, unitsPerRound: messages } }];
  });
  return {
    workload: 'publish',
    title: `acknowledged publish, ${dataBytes} B, window ${window}, one absent subscriber, ${messages} a round`,
    sides,
    checks: [],
  };
}
