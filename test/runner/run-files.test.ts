import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { notRun, type Outcome } from './run-file.js';
import { type PlannedFile, runFiles } from './run-files.js';

const many = suite('runner: many files');

const files: PlannedFile[] = [
  { path: 'b', limitSec: 1 },
  { path: 'long', limitSec: 9 },
  { path: 'a', limitSec: 1 },
];

many('starts the one that may take longest first, the others by name', async () => {
  const started: string[] = [];
  await runFiles(
    files,
    1,
    async ({ path }) => notRun(path, started.push(path).toString()),
    () => {},
  );
  assert.equal(started, ['long', 'a', 'b']);
});

many('runs as many at once as it may and no more, and tells each outcome when it comes', async () => {
  const ends: ((outcome: Outcome) => void)[] = [];
  const told: string[] = [];
  const run = () => new Promise<Outcome>(resolve => ends.push(resolve));
  const all = runFiles(files, 2, run, outcome => told.push(outcome.file));
  assert.is(ends.length, 2);
  ends[1]?.(notRun('a', ''));
  await new Promise(setImmediate);
  assert.equal([ends.length, told], [3, ['a']]);
  ends[0]?.(notRun('long', ''));
  ends[2]?.(notRun('b', ''));
  assert.is((await all).length, 3);
});

many.run();
