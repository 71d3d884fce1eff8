// time limit: 60 s
import { setTimeout as delay } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { faultyServer } from './broker-process.js';
import { check, report } from './check.js';
import { seedOf } from './random.js';
import { Trial } from './trial.js';

const test = suite('crash: a full store');
const trial = new Trial(seedOf(process.env));
/** Of 8 KiB each: filled within a second or two by what nobody has read. */
const pagesMax = 200;
const lookMs = 50;

test.after(() => trial.remove());

function count(kind: 'answered' | 'refused'): number {
  return trial.history.filter(happening => happening.kind === kind).length;
}

test('refuses publishes with storage_full, lets consumers drain, and takes publishes again', async () => {
  const broker = await trial.use(faultyServer, { FAULT: 'none', PAGES_MAX: String(pagesMax) });
  while (count('refused') === 0) await delay(lookMs);
  await trial.cast.leave();
  const names = trial.cast.publishers.flatMap(({ refusals }) => [...refusals.keys()]);
  assert.equal([...new Set(names)], ['storage_full']);

  await trial.cast.drain(broker.url);
  const answered = count('answered');
  await trial.cast.enter(broker.url, 0);
  while (count('answered') === answered) await delay(lookMs);
  await trial.kill(broker);
  await trial.drain();
  assert.is(report(check(trial.history)), '');
});

test.run();
