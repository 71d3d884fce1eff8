import { readFileSync } from 'node:fs';
import type { Machine } from '../machine.js';
import type { WorkloadResult } from '../result.js';
import type { Curve } from '../scale/curve.js';

/** A JSON file of the bench, as `--json` wrote it: of workloads, of curves, or of both. */
interface ResultFile {
  machine: Machine;
  rounds?: number;
  options?: { rounds: number };
  results?: WorkloadResult[];
  curves?: Curve[];
}

interface Measured {
  machine: Machine;
  rounds: number;
}

export interface Results {
  workloads: Map<string, Measured & { result: WorkloadResult }>;
  curves: Map<string, Measured & { curve: Curve }>;
}

/** Several runs as one: what was measured in more than one of the files is taken from the last. */
export function mergeResults(files: readonly ResultFile[]): Results {
  const merged: Results = { workloads: new Map(), curves: new Map() };
  for (const { machine, rounds, options, results = [], curves = [] } of files) {
    const measured = { machine, rounds: rounds ?? options?.rounds ?? 1 };
    for (const result of results) merged.workloads.set(result.workload, { ...measured, result });
    for (const curve of curves) merged.curves.set(curve.name, { ...measured, curve });
  }
  return merged;
}

export function readResults(paths: readonly string[]): Results {
  return mergeResults(paths.map(readResultFile));
}

/** Throws an error for people if the file is not one of the bench. */
function readResultFile(path: string): ResultFile {
  const file = JSON.parse(readFileSync(path, 'utf8')) as ResultFile;
  if (!file.machine || !(file.results ?? file.curves)) throw new Error(`${path} was not written with --json`);
  return file;
}
