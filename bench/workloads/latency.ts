import { columnCheck, type WorkloadResult } from '../result.js';
import type { Setup } from '../setup.js';

/** How long a message takes while nobody is in a hurry: evenly paced publishes, from when each was to be sent. */
export async function latency(setup: Setup): Promise<WorkloadResult> {
  const { dataBytes, latencyMessages: messages, latencyPerSecond: perSecond } = setup.options.sizes;
  const { latencySubscribers: subscribers } = setup.options.sizes;
  const job = {
    ...({ kind: 'paced', topicName: '/bench/latency', messages, perSecond, dataBytes, subscribers } as const),
    ...{ slowSubscribers: 0, slowBytesPerSecond: 0, beside: null },
  };
  const unitsPerRound = messages;
  const sides = await setup.measure([
    { name: 'holdfast', server: await setup.startHoldfast(), job, unitsPerRound },
    { name: 'bare', server: await setup.startBare({ program: 'relay' }), job, unitsPerRound },
  ]);
  return {
    workload: 'latency',
    title: `publish to delivery at ${perSecond}/s with ${subscribers} subscribers, durable, ${dataBytes} B`,
    sides,
    checks: [
      ...columnCheck(sides[0]!, 'p50_ms', 'publish to delivery, p50', { kind: 'at_most', value: 0.8, unit: 'ms' }),
      ...columnCheck(sides[0]!, 'p99_ms', 'publish to delivery, p99', { kind: 'at_most', value: 3, unit: 'ms' }),
    ],
  };
}
