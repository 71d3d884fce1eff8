import { type Check, columnCheck, loopCheck, ratioCheck, type WorkloadResult } from '../result.js';
import type { Setup } from '../setup.js';

const topicName = '/bench/publish';

/** In which way the same messages come. */
interface Shape {
  workload: string;
  /** Sockets that share the messages and the window. */
  connections: number;
  /** Publishes in a frame. */
  perFrame: number;
  targets(sides: WorkloadResult['sides']): Check[];
}

export const oneConnection: Shape = {
  workload: 'publish',
  connections: 1,
  perFrame: 1,
  targets: sides => singleTargets(sides, 'durable publish'),
};

export const eightConnections: Shape = {
  workload: 'publish-8',
  connections: 8,
  perFrame: 1,
  targets: sides => singleTargets(sides, 'durable publish, 8 connections'),
};

export const arrays: Shape = {
  workload: 'publish-arrays',
  connections: 1,
  perFrame: 50,
  targets: ([holdfast]) =>
    columnCheck(holdfast!, 'per_second', 'durable publish in arrays of 50', {
      kind: 'at_least',
      value: 130_000,
      unit: '/s',
    }),
};

/**
 * Publishes that one absent subscriber is owed, so that all of them must be kept; and at the end it comes and gets them
 * from the files, or the server would be measured at forgetting.
 */
export async function durablePublish(setup: Setup, shape: Shape): Promise<WorkloadResult> {
  const { dataBytes, window, publishMessages: messages } = setup.options.sizes;
  const { workload, connections, perFrame } = shape;
  const directory = setup.makeDirectory();
  const holdfast = await setup.startHoldfast({ directory });
  const unstored = await setup.startBare({ program: 'publishUnstored' });
  const bare = await setup.startBare({ program: 'publish' });
  await setup.generator.run(holdfast.target, { kind: 'leave', topicName, subscriptions: 1, namePrefix: 'absent-' });

  const job = { kind: 'publish', topicName, messages, dataBytes, window, connections, perFrame } as const;
  const sides = await setup.measure([
    { name: 'holdfast', server: holdfast, job, unitsPerRound: messages },
    { name: 'no store', server: unstored, job, unitsPerRound: messages },
    { name: 'bare', server: bare, job, unitsPerRound: messages },
  ]);

  await Promise.all([holdfast.stop(), bare.stop()]);
  const stored = messages * (setup.options.rounds + 1);
  sides[0]!.rounds.at(-1)!.disk_bytes = holdfast.diskBytes() / stored;
  sides[2]!.rounds.at(-1)!.disk_bytes = bare.diskBytes() / stored;
  setup.options.progress('reading what was stored');
  const { target } = await setup.startHoldfast({ directory });
  await setup.generator.run(target, { kind: 'drain', topicName, name: 'absent-0', messages: stored, dataBytes });
  const frames = perFrame === 1 ? 'one frame each' : `arrays of ${perFrame}`;
  const sockets = connections === 1 ? 'one connection' : `${connections} connections`;
  return {
    workload,
    title: `durable publish, ${dataBytes} B, ${frames}, ${sockets}, window ${window} in all, ${messages} a round`,
    sides,
    checks: [...shape.targets(sides), ...loopCheck(sides[0]!, workload)],
  };
}

function singleTargets(sides: WorkloadResult['sides'], figure: string): Check[] {
  return [
    ...ratioCheck(sides, 'per_second', `${figure} ÷ no store`, { kind: 'at_least', value: 0.65, unit: '' }),
    ...columnCheck(sides[0]!, 'cpu_us', `server CPU, ${figure}`, { kind: 'at_most', value: 11, unit: 'µs' }),
  ];
}
