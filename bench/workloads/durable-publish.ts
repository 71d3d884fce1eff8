import { measureInTurn } from '../measure.js';
import { columnCheck, loopCheck, ratioCheck, type WorkloadResult } from '../result.js';
import type { Setup } from '../setup.js';

const topicName = '/bench/publish';

/** Publishes that one absent subscriber is owed, so that all of them must be kept. */
export async function durablePublish(setup: Setup): Promise<WorkloadResult> {
  const { sizes, rounds } = setup.options;
  const { dataBytes, window, publishMessages: messages } = sizes;
  const holdfast = await setup.startHoldfast();
  const bare = await setup.startBare({ program: 'publish' });
  await setup.generator.run(holdfast.target, { kind: 'leave', topicName, subscriptions: 1, namePrefix: 'absent-' });

  const job = { kind: 'publish', topicName, messages, dataBytes, window } as const;
  const sides = await measureInTurn(
    setup.generator,
    [
      { name: 'holdfast', server: holdfast, job, unitsPerRound: messages },
      { name: 'bare', server: bare, job, unitsPerRound: messages },
    ],
    rounds,
  );

  await Promise.all([holdfast.stop(), bare.stop()]);
  const stored = messages * (rounds + 1);
  sides[0]!.rounds.at(-1)!.disk_bytes = holdfast.diskBytes() / stored;
  sides[1]!.rounds.at(-1)!.disk_bytes = bare.diskBytes() / stored;
  return {
    workload: 'publish',
    title: `durable publish, ${dataBytes} B, one frame each, window ${window}, ${messages} a round`,
    sides,
    checks: [
      ...ratioCheck(sides, 'per_second', 'durable publish ÷ bare pipeline', { kind: 'at_least', value: 0.8, unit: '' }),
      ...columnCheck(sides[0]!, 'cpu_us', 'server CPU of a durable publish', {
        kind: 'at_most',
        value: 15,
        unit: 'µs',
      }),
      ...loopCheck(sides[0]!, 'durable publish'),
    ],
  };
}
