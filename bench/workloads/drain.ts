import { measureInTurn } from '../measure.js';
import { columnCheck, loopCheck, type WorkloadResult } from '../result.js';
import type { Setup } from '../setup.js';

const topicName = '/bench/drain';
const name = 'absent-0';

/** A subscriber comes back and takes what was kept for it. */
export async function drain(setup: Setup): Promise<WorkloadResult> {
  const { dataBytes, drainMessages: messages } = setup.options.sizes;
  const holdfast = await setup.startHoldfast();
  const bare = await setup.startBare({ program: 'drain', numbers: [messages, dataBytes] });
  await setup.generator.run(holdfast.target, { kind: 'leave', topicName, subscriptions: 1, namePrefix: 'absent-' });

  const job = { kind: 'drain', topicName, name, messages, dataBytes } as const;
  const fill = async () => {
    await setup.generator.run(holdfast.target, { kind: 'fill', topicName, messages, dataBytes });
  };
  const sides = await measureInTurn(
    setup.generator,
    [
      { name: 'holdfast', server: holdfast, job, unitsPerRound: messages, before: fill },
      { name: 'bare', server: bare, job, unitsPerRound: messages },
    ],
    setup.options.rounds,
  );
  return {
    workload: 'drain',
    title: `drain of ${messages} waiting messages, ${dataBytes} B, all acknowledged`,
    sides,
    checks: [
      ...columnCheck(sides[0]!, 'per_second', 'drain', { kind: 'at_least', value: 150_000, unit: '/s' }),
      ...loopCheck(sides[0]!, 'drain'),
    ],
  };
}
