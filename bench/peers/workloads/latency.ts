import type { WorkloadResult } from '../../result.js';
import type { Comparison } from '../comparison.js';
import { namePrefix } from '../load/job.js';

const topicName = '/bench/latency';

/** How long a message takes from when it was to be published until a subscriber has it, at a modest rate. */
export async function latency(comparison: Comparison): Promise<WorkloadResult> {
  const { dataBytes, latencyMessages: messages, latencyPerSecond: perSecond } = comparison.sizes;
  const { latencySubscribers: subscribers } = comparison.sizes;
  const sides = await comparison.measure(({ name }) => {
    const stage = { topicName, namePrefix, subscriptions: subscribers };
    const job = { kind: 'latency', topicName, messages, dataBytes, perSecond, subscribers } as const;
    return [{ name, plan: { stage, backlog: 0, job, unitsPerRound: messages } }];
  });
  return {
    workload: 'latency',
    title: `publish to delivered at ${perSecond}/s, ${dataBytes} B, ${subscribers} acknowledging subscribers`,
    sides,
    checks: [],
  };
}
