import type { DrainJob } from '../load/job.js';
import { columnCheck, loopCheck, ratioCheck, type WorkloadResult } from '../result.js';
import { StoreFiles } from '../scale/fill/store-file.js';
import type { Setup } from '../setup.js';

const topicName = '/bench/drain';
const namePrefix = 'absent-';

/** A subscriber comes back and takes what was kept for it. */
export async function drain(setup: Setup): Promise<WorkloadResult> {
  const { dataBytes, drainMessages: messages } = setup.options.sizes;
  const bare = await setup.startBare({ program: 'drain', numbers: [messages, dataBytes] });
  const holdfast = await waiting(setup, messages);
  const bareSide = { name: 'bare', server: bare, job: jobOf(setup, messages, 0), unitsPerRound: messages };
  const sides = await setup.measure([{ name: 'holdfast', ...holdfast }, bareSide]);
  return {
    workload: 'drain',
    title: `drain of ${messages} waiting messages, ${dataBytes} B, all acknowledged`,
    sides,
    checks: [
      ...columnCheck(sides[0]!, 'per_second', 'drain', { kind: 'at_least', value: 220_000, unit: '/s' }),
      ...loopCheck(sides[0]!, 'drain'),
    ],
  };
}

/** The same from a backlog that is many times as large: what is far back must not be slower to find. */
export async function drainLarge(setup: Setup): Promise<WorkloadResult> {
  const { dataBytes, drainMessages, drainLargeMessages, drainLargeRoundsMax } = setup.options.sizes;
  const rounds = Math.min(setup.options.rounds, drainLargeRoundsMax);
  const large = await waiting(setup, drainLargeMessages);
  const small = await waiting(setup, drainMessages);
  const sides = await setup.measure(
    [
      { name: `${drainLargeMessages} waiting`, ...large, isLong: true },
      { name: `${drainMessages} waiting`, ...small },
    ],
    rounds,
  );
  const figure = `drain of ${drainLargeMessages} waiting`;
  return {
    workload: 'drain-large',
    title: `${figure} messages beside one of ${drainMessages}, ${dataBytes} B, all acknowledged`,
    sides,
    checks: [
      ...columnCheck(sides[0]!, 'per_second', figure, { kind: 'at_least', value: 220_000, unit: '/s' }),
      ...ratioCheck(sides, 'per_second', `${figure} ÷ ${drainMessages}`, { kind: 'at_least', value: 0.95, unit: '' }),
      ...loopCheck(sides[0]!, figure),
    ],
  };
}

/**
 * A server with a queue of `messages` for every round. A message is stored once, so that the queues cost no more than
 * one, and nothing that is drained is swept away before the last round.
 */
async function waiting(setup: Setup, messages: number) {
  const { dataBytes } = setup.options.sizes;
  setup.options.progress(`filling a store with ${messages} messages`);
  const directory = await new StoreFiles(setup).fill([
    { kind: 'subscriptions', to: { topicName }, namePrefix, count: setup.options.rounds + 1 },
    { kind: 'messages', topicName, count: messages, dataBytes, priorities: 1 },
  ]);
  return {
    server: await setup.startHoldfast({ directory }),
    job: jobOf(setup, messages, 0),
    jobOf: (round: number) => jobOf(setup, messages, round),
    unitsPerRound: messages,
  };
}

function jobOf(setup: Setup, messages: number, round: number): DrainJob {
  const { dataBytes } = setup.options.sizes;
  return { kind: 'drain', topicName, name: `${namePrefix}${round}`, messages, dataBytes };
}
