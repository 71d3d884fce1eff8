import type { WorkloadResult } from '../../result.js';
import { type Comparison, exceptions } from '../comparison.js';
import { namePrefix } from '../load/job.js';

const topicName = '/bench/drain';

/** A subscriber comes back, takes what was kept for it, and acknowledges all. */
export async function drain(comparison: Comparison): Promise<WorkloadResult> {
  const { dataBytes, drainMessages } = comparison.sizes;
  const sides = await comparison.measure(({ name, sizes }) => {
    const { drainMessages: messages } = sizes;
    const stage = { topicName, namePrefix, subscriptions: 1 };
    const job = { kind: 'drain', topicName, name: `${namePrefix}0`, messages, dataBytes } as const;
    return [{ name, plan: { stage, backlog: messages, job, unitsPerRound: messages } }];
  });
  const fewer = exceptions(comparison.subjects, 'drainMessages', 'messages');
  return {
    workload: 'drain',
    title: `drain of ${drainMessages} waiting messages, ${dataBytes} B, all acknowledged${fewer}`,
    sides,
    checks: [],
  };
}
