import type { PacedJob } from '../load/job.js';
import { loopCheck, ratioCheck, type Side, type WorkloadResult } from '../result.js';
import type { Setup } from '../setup.js';

/**
 * Durable publishes as fast as answers come and a paced fan-out beside them, with some subscribers who read slowly and
 * with none: what do those who keep up notice of the others?
 */
export async function slowReaders(setup: Setup): Promise<WorkloadResult> {
  const { sizes } = setup.options;
  const { dataBytes, window, slowMessages: messages, slowPerSecond: perSecond } = sizes;
  const { fanOutSubscribers: subscribers, slowShare, slowBytesPerSecond } = sizes;
  const slowSubscribers = Math.round(subscribers * slowShare);
  const jobWith = (slow: number): PacedJob => ({
    ...({ kind: 'paced', topicName: '/bench/slow', messages, perSecond, dataBytes, subscribers } as const),
    ...{ slowSubscribers: slow, slowBytesPerSecond, beside: { topicName: '/bench/beside', window } },
  });
  const contender = async (name: string, slow: number) => {
    const server = await setup.startHoldfast();
    const leave = { topicName: '/bench/beside', subscriptions: 1, namePrefix: 'absent-' };
    await setup.generator.run(server.target, { kind: 'leave', ...leave });
    return { name, server, job: jobWith(slow), unitsPerRound: messages };
  };
  const measured = await setup.measure([
    await contender(`${slowSubscribers} of ${subscribers} slow`, slowSubscribers),
    await contender('none slow', 0),
  ]);
  const sides = measured.map(withoutUnits);
  return {
    workload: 'slow',
    title:
      `fan-out of ${perSecond}/s to ${subscribers} and durable publishes (window ${window}) together, ${dataBytes} B, ` +
      `with ${slowSubscribers} who read ${slowBytesPerSecond} B/s`,
    sides,
    checks: [
      ...ratioCheck(sides, 'p99_ms', "others' p99 with slow readers ÷ without", {
        kind: 'at_most',
        value: 1.5,
        unit: '',
      }),
      ...loopCheck(sides[0]!, 'slow readers'),
    ],
  };
}

/** Two loads at once have no unit of which a rate or a cost could be told. */
function withoutUnits({ name, rounds }: Side): Side {
  return { name, rounds: rounds.map(({ per_second, cpu_us, ...rest }) => rest) };
}
