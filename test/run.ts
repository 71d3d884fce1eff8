/**
 * `node build/test/run.js [--dir FOLDER] [PART OF A PATH …]` runs the compiled test files below FOLDER (the one this
 * file is in) whose path holds one of the parts, or all. Exit code 0 only if tests ran and none failed; the last
 * line is `N passed, N failed`.
 */
import { existsSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { glob } from 'tinyglobby';
import { bounds } from './runner/bounds.js';
import { failureText, fileLine, totalLine } from './runner/report.js';
import { killAll, notRun, type Outcome, runFile } from './runner/run-file.js';
import { runFiles } from './runner/run-files.js';
import { timeLimitSec } from './runner/time-limit.js';

const here = dirname(fileURLToPath(import.meta.url));
const buildFolder = dirname(here);
const packageRoot = dirname(buildFolder);
const { values, positionals: parts } = parseArgs({
  options: { dir: { type: 'string', default: here } },
  allowPositionals: true,
});

for (const [signal, code] of [['SIGINT', 130] as const, ['SIGTERM', 143] as const]) {
  process.on(signal, () => {
    killAll();
    process.exit(code);
  });
}

const paths = await findFiles(resolve(values.dir));
const outcomes = await runAll(paths);
if (paths.length === 0) {
  const nothing = notRun('', `no *.test.js file below ${resolve(values.dir)} has ${parts.join(' or ') || 'any name'}`);
  outcomes.push(nothing);
  process.stdout.write(failureText(nothing));
}
process.exitCode = outcomes.every(outcome => outcome.failed === 0) ? 0 : 1;
console.log(totalLine(outcomes));

async function findFiles(dir: string): Promise<string[]> {
  const found = await glob('**/*.test.js', { cwd: dir, absolute: true, ignore: '**/node_modules/**' });
  return found.filter(path => parts.length === 0 || parts.some(part => titleOf(path).includes(part)));
}

/** Runs what can be run; a file whose time limit cannot be read has failed before it starts. */
async function runAll(files: string[]): Promise<Outcome[]> {
  const planned = [];
  const refused = [];
  for (const path of files) {
    try {
      planned.push({ path, limitSec: timeLimitSec([sourceOf(path), path]) });
    } catch (error) {
      refused.push(notRun(path, String(error)));
    }
  }
  refused.forEach(tell);
  const ran = await runFiles(planned, bounds.files_at_once, ({ path, limitSec }) => runFile(path, { limitSec }), tell);
  return [...refused, ...ran];
}

function tell(outcome: Outcome): void {
  console.log(fileLine(outcome, titleOf(outcome.file)));
  process.stdout.write(failureText(outcome));
}

/** The source that a compiled file comes from, as a path to click on; what has no source goes by its own path. */
function titleOf(path: string): string {
  const source = sourceOf(path);
  return relative(packageRoot, existsSync(source) ? source : path);
}

function sourceOf(path: string): string {
  return resolve(packageRoot, relative(buildFolder, path)).replace(/\.js$/, '.ts');
}
