import { tmpdir } from 'node:os';
import { parseArgs } from 'node:util';
import { type RunOptions, readRunOptions, runFlags } from '../run-options.js';
import { parsePeer } from './address.js';

/** What `npm run bench -- --peer …` was asked for. */
export interface PeerOptions extends RunOptions {
  /** As they were given; none of them is looked for yet. */
  peers: string[];
  /** Names of workloads; empty: all. */
  only: string[];
}

const roundsUsual = 3;

export const peerHelp = `Usage: npm run bench -- --peer URL [options]

  --peer URL       a broker that is listening: mqtt://, mqtt+ws://, nats:// or nats+ws://, with user:password@ if it
                   wants them; or aedes, which the bench starts itself; may be repeated
  --rounds N       measured rounds of each side (${roundsUsual}; with --quick 1)
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
      ...runFlags,
      only: { type: 'string', multiple: true, default: [] },
    },
  });
  if (values.help) return 'help';
  const run = readRunOptions(values, roundsUsual);
  for (const peer of values.peer) parsePeer(peer);
  const unknown = values.only.find(name => !workloads.includes(name));
  if (unknown !== undefined) throw new Error(`"${unknown}" is not compared with peers, only ${workloads.join(', ')}`);
  return { ...run, peers: values.peer, only: values.only };
}
