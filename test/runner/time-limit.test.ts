import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { bounds } from './bounds.js';
import { PlantedFolder } from './planted.js';
import { timeLimitSec } from './time-limit.js';

const limit = suite('runner: time limit');
const folder = new PlantedFolder();
limit.after(() => folder.remove());

limit('is the default for a file that says nothing', () => {
  assert.is(timeLimitSec([folder.plant('silent.js', '')]), bounds.file_sec);
  assert.is(timeLimitSec([]), bounds.file_sec);
});

limit('is what a comment at the top says', () => {
  assert.is(timeLimitSec([folder.plant('told.js', '', '// time limit: 300 s\n')]), 300);
  assert.is(timeLimitSec([folder.plant('below.js', '', '// Why.\n// time limit: 7 s\n')]), 7);
});

limit('is taken from the first path that exists and tells one', () => {
  const told = folder.plant('compiled.js', '', '// time limit: 9 s\n');
  assert.is(timeLimitSec([`${told}.missing`, folder.plant('plain.js', ''), told]), 9);
});

limit('is refused if it is misspelt or out of bounds, so that a wrong one is no default', () => {
  for (const [index, told] of ['5 min', '5', '0 s', '999999 s', ''].entries()) {
    const path = folder.plant(`wrong${index}.js`, '', `// time limit: ${told}\n`);
    assert.throws(() => timeLimitSec([path]), /is not from "1 s"/, told);
  }
});

limit('is not looked for in the depth of a file', () => {
  assert.is(timeLimitSec([folder.plant('deep.js', `${'\n'.repeat(30)}// time limit: 9 s`)]), bounds.file_sec);
});

limit.run();
