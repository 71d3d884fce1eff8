// The bench: every workload on the real server and beside it on the least that could do the same. See docs/BENCH.md.
import { existsSync, writeFileSync } from 'node:fs';
import { describeMachine, formatMachine } from './machine.js';
import { helpText, type Options, parseOptions } from './options.js';
import { furtherWorkloads, standardWorkloads } from './registry.js';
import type { WorkloadResult } from './result.js';
import { Setup } from './setup.js';
import { defaultSizes, quickSizes } from './sizes.js';
import { formatChecks, formatWorkload } from './table.js';

const exitError = 1;
const exitUsage = 2;

const workloads = { ...standardWorkloads, ...furtherWorkloads };

function progress(text: string): void {
  process.stderr.write(`${text}\n`);
}

async function runWorkload(name: string, options: Options): Promise<WorkloadResult> {
  const setup = new Setup({ ...options, sizes: options.quick ? quickSizes : defaultSizes, progress });
  try {
    return await workloads[name]!.run(setup);
  } finally {
    await setup.close();
  }
}

/** Runs what was asked for and answers the names of the workloads that failed. */
async function run(options: Options): Promise<string[]> {
  const machine = describeMachine(options.directory);
  const results: WorkloadResult[] = [];
  const failed: string[] = [];
  console.log(formatMachine(machine));
  for (const name of options.only.length > 0 ? options.only : Object.keys(standardWorkloads)) {
    progress(`${name} …`);
    const startMs = performance.now();
    try {
      const result = await runWorkload(name, options);
      results.push(result);
      console.log(`\n${formatWorkload(result)}`);
    } catch (error) {
      failed.push(name);
      progress(`${name} failed: ${(error as Error).stack}`);
    }
    progress(`${name} took ${((performance.now() - startMs) / 1_000).toFixed(1)} s`);
  }
  console.log(`\n${formatChecks(results.flatMap(result => result.checks))}`);
  if (options.json !== null) writeFileSync(options.json, `${JSON.stringify({ machine, options, results }, null, 2)}\n`);
  return failed;
}

async function main(): Promise<number> {
  let options: Options | 'help';
  try {
    options = parseOptions(process.argv.slice(2), Object.keys(workloads));
    if (options !== 'help' && !existsSync(options.serverMain)) throw new Error(`No server: ${options.serverMain}`);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${helpText}`);
    return exitUsage;
  }
  if (options === 'help') {
    process.stdout.write(helpText);
    return 0;
  }
  const failed = await run(options);
  if (failed.length > 0) process.stderr.write(`Failed: ${failed.join(', ')}\n`);
  return failed.length > 0 ? exitError : 0;
}

// An interrupted bench ends through `exit`, where its servers are killed and its files removed.
process.once('SIGINT', () => process.exit(exitError));
process.once('SIGTERM', () => process.exit(exitError));
process.exitCode = await main();
