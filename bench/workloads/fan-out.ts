import { measureInTurn } from '../measure.js';
import { columnCheck, loopCheck, type WorkloadResult } from '../result.js';
import type { Setup } from '../setup.js';

/** One publisher, many subscribers that acknowledge everything at once. */
export async function fanOut(setup: Setup): Promise<WorkloadResult> {
  const {
    dataBytes,
    fanOutMessages: messages,
    fanOutSubscribers: subscribers,
    fanOutWindow: window,
  } = setup.options.sizes;
  const job = { kind: 'fan_out', topicName: '/bench/fan-out', messages, dataBytes, window, subscribers } as const;
  const unitsPerRound = messages * subscribers;
  const sides = await measureInTurn(
    setup.generator,
    [
      { name: 'holdfast', server: await setup.startHoldfast(), job, unitsPerRound },
      { name: 'bare', server: await setup.startBare({ program: 'broadcast' }), job, unitsPerRound },
    ],
    setup.options.rounds,
  );
  return {
    workload: 'fan-out',
    title: `fan-out of ${messages} messages a round, ${dataBytes} B, to ${subscribers} acknowledging subscribers`,
    sides,
    checks: [
      ...columnCheck(sides[0]!, 'cpu_us', 'server CPU of a delivery', { kind: 'at_most', value: 1, unit: 'µs' }),
      ...columnCheck(sides[0]!, 'per_second', `fan-out to ${subscribers}`, {
        kind: 'at_least',
        value: 500_000,
        unit: '/s',
      }),
      ...loopCheck(sides[0]!, 'fan-out'),
    ],
  };
}
