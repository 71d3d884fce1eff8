import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import { builtMain } from './subject/holdfast.js';

/** What every kind of run may be told, in the form of `parseArgs`. */
export const runFlags = {
  rounds: { type: 'string' },
  quick: { type: 'boolean', default: false },
  json: { type: 'string' },
  server: { type: 'string', default: builtMain },
  directory: { type: 'string', default: tmpdir() },
  help: { type: 'boolean', default: false },
} as const;

export interface RunOptions {
  rounds: number;
  quick: boolean;
  json: string | null;
  serverMain: string;
  directory: string;
}

interface RunValues {
  rounds?: string | undefined;
  quick: boolean;
  json?: string | undefined;
  server: string;
  directory: string;
}

/** Throws an error for people if the rounds are no number. */
export function readRunOptions(values: RunValues, roundsUsual: number): RunOptions {
  const { quick, server, directory, json = null } = values;
  const rounds = Number(values.rounds ?? (quick ? 1 : roundsUsual));
  if (!Number.isInteger(rounds) || rounds < 1)
    throw new Error(`--rounds must be a whole number from 1: ${values.rounds}`);
  return { rounds, quick, json, serverMain: server, directory };
}

/** Throws an error for people if there is nothing to run, or no place for files: before the run, not at its end. */
export function ensurePlaces({ serverMain, directory, json }: RunOptions): void {
  if (!existsSync(serverMain)) throw new Error(`No server: ${serverMain}`);
  if (!statSync(directory, { throwIfNoEntry: false })?.isDirectory()) throw new Error(`No directory: ${directory}`);
  if (json !== null && !isWritable(json)) throw new Error(`--json cannot be written there: ${json}`);
}

function isWritable(file: string): boolean {
  const known = statSync(file, { throwIfNoEntry: false });
  try {
    accessSync(known === undefined ? dirname(file) : file, constants.W_OK);
    return known === undefined || !known.isDirectory();
  } catch {
    return false;
  }
}
