import type { WorkloadResult } from '../../result.js';
import { type Comparison, exceptions } from '../comparison.js';
import { namePrefix } from '../load/job.js';

const topicName = '/bench/fan-out';

/** One publisher, many subscribers that acknowledge everything at once. */
export async function fanOut(comparison: Comparison): Promise<WorkloadResult> {
  const { dataBytes, fanOutWindow: window, fanOutSubscribers: subscribers, fanOutMessages } = comparison.sizes;
  const sides = await comparison.measure(({ name, sizes }) => {
    const { fanOutMessages: messages } = sizes;
    const stage = { topicName, namePrefix, subscriptions: subscribers };
    const job = { kind: 'fan_out', topicName, messages, dataBytes, window, subscribers } as const;
    return [{ name, plan: { stage, backlog: 0, job, unitsPerRound: messages * subscribers } }];
  });
  const fewer = exceptions(comparison.subjects, 'fanOutMessages', 'messages');
  return {
    workload: 'fan-out',
    title: `fan-out of ${fanOutMessages} messages a round, ${dataBytes} B, to ${subscribers} acknowledging subscribers${fewer}`,
    sides,
    checks: [],
  };
}
