import { tmpdir } from 'node:os';
import { parseArgs } from 'node:util';
import { type RunOptions, readRunOptions, runFlags } from './run-options.js';
import { defaultSizes, fullSizes, quickSizes, type Sizes } from './sizes.js';

export interface Options extends RunOptions {
  sizes: Sizes;
  /** Names of workloads; empty: all. */
  only: string[];
}

export const roundsUsual = 5;

export const helpText = `Usage: npm run bench -- [options]

  --rounds N       measured rounds of each side (${roundsUsual}; with --quick 1)
  --quick          smaller workloads, for a first look
  --full           the largest ones: 5,000,000 waiting messages, 1,000,000 offline subscriptions
  --size NAME=N    another size of bench/sizes.ts; may be repeated
  --only NAME      only this workload; may be repeated
  --json FILE      writes every round there as well
  --server FILE    another compiled cli/main.js than the one beside the bench
  --directory DIR  where stores are made (${tmpdir()}); should be on a real disk

Other things to measure, each with a --help of its own:
  --scale          what things cost as they grow, as curves
  --peer URL       the same workloads on another broker
  --report FILE…   nothing: makes plots and pages from what was written with --json
`;

/** Throws an error with a message for people if the arguments make no sense. */
export function parseOptions(args: readonly string[], workloads: readonly string[]): Options | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...runFlags,
      full: { type: 'boolean', default: false },
      size: { type: 'string', multiple: true, default: [] },
      only: { type: 'string', multiple: true, default: [] },
    },
  });
  if (values.help) return 'help';
  if (values.quick && values.full) throw new Error('--quick and --full contradict each other');
  const run = readRunOptions(values, roundsUsual);
  for (const name of values.only) {
    if (!workloads.includes(name)) throw new Error(`There is no workload "${name}", only ${workloads.join(', ')}`);
  }
  const sizes = values.full ? fullSizes : values.quick ? quickSizes : defaultSizes;
  return { ...run, sizes: withChanges(sizes, values.size), only: values.only };
}

/** Sizes with some of them replaced, each told as `name=number`. */
function withChanges(sizes: Sizes, changes: readonly string[]): Sizes {
  const changed: Sizes = { ...sizes };
  for (const change of changes) {
    const [name = '', text = ''] = change.split('=', 2);
    const value = Number(text);
    if (!Object.hasOwn(sizes, name))
      throw new Error(`There is no size "${name}", only ${Object.keys(sizes).join(', ')}`);
    if (text === '' || !(value > 0)) throw new Error(`--size ${name} must be a number above 0: ${text}`);
    changed[name as keyof Sizes] = value;
  }
  return changed;
}
