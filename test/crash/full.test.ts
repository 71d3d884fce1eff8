// time limit: 120 s
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type BrokerProcess, faultyServer, realServer } from './broker-process.js';
import { check, report } from './check.js';
import { seedOf } from './random.js';
import { Trial } from './trial.js';

const test = suite('crash: a full store');
const seed = seedOf(process.env);
/** Of 8 KiB each: filled within seconds by what nobody has read. */
const pagesMax = 200;
const mebibyte = 1024 * 1024;
const lookMs = 50;

/** Publishes until the store is full, drains it, makes room, and publishes again. */
async function fillAndDrain(trial: Trial, broker: BrokerProcess, makeRoom: () => void): Promise<void> {
  await untilMore(trial, 'refused');
  await trial.cast.leave();
  const names = trial.cast.publishers.flatMap(({ refusals }) => [...refusals.keys()]);
  assert.equal([...new Set(names)], ['storage_full'], broker.log);
  await trial.cast.drain(broker.url);
  makeRoom();
  await trial.cast.enter(broker.url, 0);
  await untilMore(trial, 'answered');
  await trial.kill(broker);
  await trial.drain();
  assert.is(report(check(trial.history)), '');
}

async function untilMore({ history }: Trial, kind: 'answered' | 'refused'): Promise<void> {
  const from = history.length;
  while (!history.slice(from).some(happening => happening.kind === kind)) await delay(lookMs);
}

test('refuses publishes with storage_full, lets consumers drain, and takes publishes again', async () => {
  const trial = new Trial(seed);
  try {
    const broker = await trial.use(faultyServer, { FAULT: 'none', PAGES_MAX: String(pagesMax) });
    await fillAndDrain(trial, broker, () => {});
  } finally {
    trial.remove();
  }
});

const disk = mkdtempSync(join(tmpdir(), 'holdfast-disk-'));
const isMounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64m', 'tmpfs', disk]).status === 0;
test.after(() => {
  if (isMounted) spawnSync('umount', [disk]);
  rmdirSync(disk);
});

const title = 'the same where the disk has less than disk_free_bytes_min, until something else on it is deleted';
test(isMounted ? title : `no right to mount a disk: not tried: ${title}`, async () => {
  if (!isMounted) return;
  const trial = new Trial(seed, { disk_free_bytes_min: 16 * mebibyte }, disk);
  const ballast = join(disk, 'ballast');
  try {
    const broker = await trial.use(realServer);
    writeFileSync(ballast, Buffer.alloc(50 * mebibyte));
    await fillAndDrain(trial, broker, () => rmSync(ballast));
  } finally {
    trial.remove();
  }
});

test.run();
