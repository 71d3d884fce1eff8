import { tmpdir } from 'node:os';
import { parseArgs } from 'node:util';
import { builtMain } from '../subject/holdfast.js';

/** What `npm run bench -- --peer …` was asked for. */
export interface PeerOptions {
  /** As they were given; none of them is looked at yet. */
  peers: string[];
  rounds: number;
  quick: boolean;
  /** Names of workloads; empty: all. */
  only: string[];
  json: string | null;
  serverMain: string;
  directory: string;
}

export const peerHelp = `Usage: npm run bench -- --peer URL [options]

  --peer URL       a broker that is listening: mqtt://, mqtt+ws://, nats:// or nats+ws://, with user:password@ if it
                   wants them; or aedes, which the bench starts itself; may be repeated
  --rounds N       measured rounds of each side (3; with --quick 1)
  --quick          smaller workloads, for a first look
  --only NAME      only this workload; may be repeated
  --json FILE      writes every round there as well
  --server FILE    another compiled cli/main.js than the one beside the bench
  --directory DIR  where Holdfast's stores are made (${tmpdir()}); should be on a real disk
`;

/** Whether the arguments of the bench ask for a comparison with peers. */
export function asksForPeers(args: readonly string[]): boolean {
  return args.some(arg => arg === '--peer' || arg.startsWith('--peer='));
}

/** Throws an error with a message for people if the arguments make no sense. */
export function parsePeerOptions(args: readonly string[], workloads: readonly string[]): PeerOptions | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      peer: { type: 'string', multiple: true, default: [] },
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
  const unknown = values.only.find(name => !workloads.includes(name));
  if (unknown !== undefined) throw new Error(`"${unknown}" is not compared with peers, only ${workloads.join(', ')}`);
  return {
    peers: values.peer,
    rounds,
    quick: values.quick,
    only: values.only,
    json: values.json ?? null,
    serverMain: values.server,
    directory: values.directory,
  };
}
