import { columnCheck, loopCheck, ratioCheck, type WorkloadResult } from '../result.js';
import type { Setup } from '../setup.js';

/** To how many, and how many messages a round. */
interface Shape {
  workload: string;
  subscribers: number;
  messages: number;
  /** Messages that some subscriber has not got yet, at most. */
  window: number;
}

export function fanOut(setup: Setup): Promise<WorkloadResult> {
  const { fanOutSubscribers: subscribers, fanOutMessages: messages, fanOutWindow: window } = setup.options.sizes;
  return compare(setup, { workload: 'fan-out', subscribers, messages, window });
}

/** To so many that there is little to be sent to each at a time. */
export function fanOutWide(setup: Setup): Promise<WorkloadResult> {
  const { sizes } = setup.options;
  const { fanOutWideSubscribers: subscribers, fanOutWideMessages: messages, fanOutWideWindow: window } = sizes;
  return compare(setup, { workload: 'fan-out-1000', subscribers, messages, window });
}

/** One publisher, many subscribers that acknowledge everything at once. */
async function compare(setup: Setup, { workload, subscribers, messages, window }: Shape): Promise<WorkloadResult> {
  const { dataBytes } = setup.options.sizes;
  const job = { kind: 'fan_out', topicName: '/bench/fan-out', messages, dataBytes, window, subscribers } as const;
  const unitsPerRound = messages * subscribers;
  const sides = await setup.measure([
    { name: 'holdfast', server: await setup.startHoldfast(), job, unitsPerRound },
    { name: 'bare', server: await setup.startBare({ program: 'broadcast' }), job, unitsPerRound },
  ]);
  const figure = `fan-out to ${subscribers}`;
  return {
    workload,
    title: `${figure} acknowledging subscribers, ${dataBytes} B, window ${window}, ${messages} messages a round`,
    sides,
    checks: [
      ...columnCheck(sides[0]!, 'cpu_us', `server CPU of a delivery, ${figure}`, {
        kind: 'at_most',
        value: 0.7,
        unit: 'µs',
      }),
      ...ratioCheck(sides, 'per_second', `${figure} ÷ bare`, { kind: 'at_least', value: 0.5, unit: '' }),
      ...loopCheck(sides[0]!, figure),
    ],
  };
}
