import { tmpdir } from 'node:os';
import { parseArgs } from 'node:util';
import { builtMain } from './subject/holdfast.js';

export interface Options {
  rounds: number;
  quick: boolean;
  /** Names of workloads; empty: all. */
  only: string[];
  json: string | null;
  serverMain: string;
  directory: string;
}

export const helpText = `Usage: npm run bench -- [options]

  --rounds N       measured rounds of each side (3; with --quick 1)
  --quick          smaller workloads, for a first look
  --only NAME      only this workload; may be repeated
  --json FILE      writes every round there as well
  --server FILE    another compiled cli/main.js than the one beside the bench
  --directory DIR  where stores are made (${tmpdir()}); should be on a real disk
`;

/** Throws an error with a message for people if the arguments make no sense. */
export function parseOptions(args: readonly string[], workloads: readonly string[]): Options | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: 'string' },
      quick: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true, default: [] },
      json: { type: 'string' },
      server: { type: 'string', default: builtMain },
      directory: { type: 'string', default: tmpdir() },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  const rounds = Number(values.rounds ?? (values.quick ? 1 : 3));
  if (!Number.isInteger(rounds) || rounds < 1)
    throw new Error(`--rounds must be a whole number from 1: ${values.rounds}`);
  for (const name of values.only) {
    if (!workloads.includes(name)) throw new Error(`There is no workload "${name}", only ${workloads.join(', ')}`);
  }
  return {
    rounds,
    quick: values.quick,
    only: values.only,
    json: values.json ?? null,
    serverMain: values.server,
    directory: values.directory,
  };
}
