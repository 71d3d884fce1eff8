// The bench: every workload on the real server and beside it on the least that could do the same. See docs/BENCH.md.
import { writeFileSync } from 'node:fs';
import { describeMachine, formatMachine } from './machine.js';
import { helpText, type Options, parseOptions, roundsUsual } from './options.js';
import { compare } from './peers/main.js';
import { asksForPeers } from './peers/options.js';
import { Progress } from './progress.js';
import { furtherWorkloads, standardNames, standardWorkloads } from './registry.js';
import { report } from './report/main.js';
import type { WorkloadResult } from './result.js';
import { ensurePlaces } from './run-options.js';
import { scale } from './scale/main.js';
import { Setup } from './setup.js';
import { formatChecks, formatWorkload } from './table.js';

const exitError = 1;
const exitUsage = 2;
const redrawMs = 250;
const msPerSecond = 1_000;
/** What the quick sizes take of the usual time. */
const quickShare = 0.4;

const workloads = { ...standardWorkloads, ...furtherWorkloads };

/** What was run and what came of it. */
interface Run {
  results: WorkloadResult[];
  /** Names of workloads. */
  failed: string[];
  seconds: number;
}

async function runWorkload(name: string, options: Options, progress: Progress): Promise<WorkloadResult> {
  const setup = new Setup({
    ...options,
    progress: text => progress.doing(text),
    advance: fraction => progress.advance(fraction),
  });
  try {
    return await workloads[name]!.run(setup);
  } finally {
    await setup.close();
  }
}

function progressOf(names: readonly string[], { rounds, quick }: Options): Progress {
  const share = (quick ? quickShare : 1) * (rounds / roundsUsual);
  const parts = names.map(name => ({ name, seconds: workloads[name]!.secondsAbout * share }));
  return new Progress(process.stderr, parts, () => performance.now());
}

/** Runs what was asked for; a workload that fails does not keep the others from running. */
async function run(options: Options): Promise<Run> {
  const names = options.only.length > 0 ? options.only : standardNames(options.quick);
  const progress = progressOf(names, options);
  const redrawing = setInterval(() => progress.redraw(), redrawMs);
  const startMs = performance.now();
  const results: WorkloadResult[] = [];
  const failed: string[] = [];
  for (const name of names) {
    progress.begin();
    try {
      const result = await runWorkload(name, options, progress);
      results.push(result);
      progress.end();
      console.log(`\n${formatWorkload(result)}`);
    } catch (error) {
      failed.push(name);
      progress.end();
      process.stderr.write(`${name} failed: ${(error as Error).stack}\n`);
    }
  }
  clearInterval(redrawing);
  return { results, failed, seconds: (performance.now() - startMs) / msPerSecond };
}

async function main(): Promise<number> {
  const [command, ...rest] = process.argv.slice(2);
  if (command === '--scale') return scale(rest);
  if (command === '--report') return report(rest);
  if (asksForPeers(process.argv.slice(2))) return compare(process.argv.slice(2));
  let options: Options | 'help';
  try {
    options = parseOptions(process.argv.slice(2), Object.keys(workloads));
    if (options !== 'help') ensurePlaces(options);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${helpText}`);
    return exitUsage;
  }
  if (options === 'help') {
    process.stdout.write(helpText);
    return 0;
  }
  const machine = describeMachine(options.directory);
  console.log(formatMachine(machine));
  const { results, failed, seconds } = await run(options);
  console.log(`\n${formatChecks(results.flatMap(result => result.checks))}\n\nIt took ${Math.round(seconds)} s.`);
  if (options.json !== null) {
    // Without the folders of this machine: such a file is made to be shown to others.
    const { rounds, quick, sizes } = options;
    const report = { machine, rounds, quick, sizes, seconds, results, failed };
    writeFileSync(options.json, `${JSON.stringify(report, null, 2)}\n`);
  }
  if (failed.length > 0) process.stderr.write(`Failed: ${failed.join(', ')}\n`);
  return failed.length > 0 ? exitError : 0;
}

// An interrupted bench ends through `exit`, where its servers are killed and its files removed.
process.once('SIGINT', () => process.exit(exitError));
process.once('SIGTERM', () => process.exit(exitError));
process.exitCode = await main();
