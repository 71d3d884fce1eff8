import { tmpdir } from 'node:os';
import { parseArgs } from 'node:util';
import { type RunOptions, readRunOptions, runFlags } from '../run-options.js';

export interface ScaleOptions extends RunOptions {
  /** Names of curves. */
  curves: string[];
  /** Sizes above it are left out. */
  upto: number;
  plots: string | null;
  markdown: string | null;
}

const roundsUsual = 3;

export const scaleHelp = `Usage: npm run bench -- --scale [NAME…] [options]

Measures what things cost as they grow: all curves, or those that are named.

  --rounds N       measured rounds of each point (${roundsUsual}; with --quick 1)
  --quick          small sizes, for a first look
  --upto N         leaves out what is larger, as 100000
  --json FILE      writes every round there
  --plots DIR      writes a plot of each curve there, perf-NAME.svg
  --markdown FILE  fills the sections of the curves in that page
  --server FILE    another compiled cli/main.js than the one beside the bench
  --directory DIR  where stores are made (${tmpdir()}); needs 10 GB and should be on a real disk
`;

/** Throws an error with a message for people if the arguments make no sense. */
export function parseScaleOptions(args: readonly string[], known: readonly string[]): ScaleOptions | 'help' {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      ...runFlags,
      upto: { type: 'string', default: 'Infinity' },
      plots: { type: 'string' },
      markdown: { type: 'string' },
    },
  });
  if (values.help) return 'help';
  const run = readRunOptions(values, roundsUsual);
  const upto = Number(values.upto);
  if (!(upto >= 1)) throw new Error(`--upto must be a number from 1: ${values.upto}`);
  for (const name of positionals) {
    if (!known.includes(name)) throw new Error(`There is no curve "${name}", only ${known.join(', ')}`);
  }
  return {
    ...run,
    curves: positionals.length > 0 ? positionals : [...known],
    upto,
    plots: values.plots ?? null,
    markdown: values.markdown ?? null,
  };
}
