import { writeFileSync } from 'node:fs';
import { describeMachine, formatMachine } from '../machine.js';
import { mergeResults } from '../report/results.js';
import { writeReport } from '../report/write.js';
import { ensurePlaces } from '../run-options.js';
import { Setup } from '../setup.js';
import { defaultSizes } from '../sizes.js';
import type { Curve } from './curve.js';
import { curves } from './curves.js';
import { parseScaleOptions, type ScaleOptions, scaleHelp } from './options.js';
import { fullScale, quickScale, upTo } from './sizes.js';
import { formatCurve } from './table.js';

const exitError = 1;
const exitUsage = 2;

function progress(text: string): void {
  process.stderr.write(`${text}\n`);
}

async function runCurve(name: string, options: ScaleOptions): Promise<Curve> {
  const setup = new Setup({ ...options, sizes: defaultSizes, progress });
  try {
    return await curves[name]!.run(setup, upTo(options.quick ? quickScale : fullScale, options.upto));
  } finally {
    await setup.close();
  }
}

/** Measures what was asked for and answers the names of the curves that failed. */
async function run(options: ScaleOptions): Promise<string[]> {
  const machine = describeMachine(options.directory);
  const measured: Curve[] = [];
  const failed: string[] = [];
  console.log(formatMachine(machine));
  for (const name of options.curves) {
    progress(`${name} …`);
    const startMs = performance.now();
    try {
      const curve = await runCurve(name, options);
      measured.push(curve);
      console.log(`\n${formatCurve(curve)}`);
    } catch (error) {
      failed.push(name);
      progress(`${name} failed: ${(error as Error).stack}`);
    }
    progress(`${name} took ${((performance.now() - startMs) / 1_000).toFixed(1)} s`);
  }
  const file = { machine, rounds: options.rounds, curves: measured };
  if (options.json !== null) writeFileSync(options.json, `${JSON.stringify(file, null, 2)}\n`);
  writeReport(mergeResults([file]), options);
  return failed;
}

/** `npm run bench -- --scale …`: answers the exit code. */
export async function scale(args: readonly string[]): Promise<number> {
  let options: ScaleOptions | 'help';
  try {
    options = parseScaleOptions(args, Object.keys(curves));
    if (options !== 'help') ensurePlaces(options);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${scaleHelp}`);
    return exitUsage;
  }
  if (options === 'help') {
    process.stdout.write(scaleHelp);
    return 0;
  }
  const failed = await run(options);
  if (failed.length > 0) process.stderr.write(`Failed: ${failed.join(', ')}\n`);
  return failed.length > 0 ? exitError : 0;
}
