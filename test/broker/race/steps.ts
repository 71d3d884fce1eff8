import fc from 'fast-check';

export interface StepArgs {
  queue: number;
  pick: number;
  count: number;
  flag: boolean;
  ms: number;
}

const args: fc.Arbitrary<StepArgs> = fc.record({
  queue: fc.nat(2),
  pick: fc.nat(30),
  count: fc.integer({ min: 1, max: 4 }),
  flag: fc.boolean(),
  ms: fc.constantFrom(1, 11, 1_000, 6_000),
});

const kinds = [
  ...['publish', 'publish', 'publish', 'mail', 'attach', 'attach', 'drop'],
  ...['ack', 'ack', 'ack', 'nack', 'nack', 'ackById', 'nackById', 'pull'],
  ...['pass', 'pass', 'sweep', 'update', 'delete', 'clear', 'addTopic', 'crash', 'stall'],
] as const;

export type StepKind = (typeof kinds)[number];

/** What may begin, and for how many steps it is left alone before the next thing begins. */
export const steps = fc.record({
  kind: fc.constantFrom(...kinds),
  args,
  pause: fc.constantFrom(0, 0, 1, 2, 3, 5, 8, 30),
});
