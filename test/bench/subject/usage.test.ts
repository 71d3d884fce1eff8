import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { busySecondsOf, cpuSecondsOf, directoryBytes, rssBytesOf } from '../../../bench/subject/usage.js';

const usage = suite('bench usage');

usage('adds user and system time, whatever the program is called', () => {
  const rest = 'S 1 2 3 4 -1 4194560 900 0 0 0 250 75 0 0 20 0 11 0 500 1000000 2000';
  assert.is(cpuSecondsOf(`4711 (node) ${rest}`), 3.25);
  assert.is(cpuSecondsOf(`4711 (a) b (c 9 9 ) ${rest}`), 3.25);
});

usage('counts as busy whatever is neither idle nor waiting for a disk, of all cores together', () => {
  const stat = 'cpu  100 20 3000 900000 80000 400 50 6 7 8\ncpu0 1 1 1 1 1 1 1 1 1 1\n';
  assert.is(busySecondsOf(stat), 35.76);
});

usage('refuses what is not a process', () => {
  assert.throws(() => cpuSecondsOf('4711 (node) S'), /Not a process stat/);
  assert.throws(() => rssBytesOf('Name:\tnode\nState:\tZ (zombie)\n'), /has ended/);
});

usage('reads resident memory in bytes', () => {
  assert.is(rssBytesOf('Name:\tnode\nVmHWM:\t   9999 kB\nVmRSS:\t   2048 kB\nRssAnon:\t 1 kB\n'), 2_097_152);
});

usage('counts the bytes of all files below a folder', () => {
  const directory = mkdtempSync(join(tmpdir(), 'holdfast-usage-'));
  try {
    mkdirSync(join(directory, 'below'));
    writeFileSync(join(directory, 'store.db'), 'x'.repeat(100));
    writeFileSync(join(directory, 'below', 'store.db-wal'), 'x'.repeat(23));
    assert.is(directoryBytes(directory), 123);
  } finally {
    rmSync(directory, { recursive: true });
  }
});

usage.run();
