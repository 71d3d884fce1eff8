// time limit: 60 s
import { setTimeout as delay } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { limits } from '../../src/protocol/limits.js';
import { admin, realServer } from './broker-process.js';
import { check, report } from './check.js';
import { seedOf } from './random.js';
import { Trial } from './trial.js';
import { Wire } from './wire.js';

const test = suite('crash: SIGTERM under load');
const trial = new Trial(seedOf(process.env));
const busyMs = 700;

test.after(() => trial.remove());

test('the server exits with 0 in time, sockets see 1001, and everything answered is there afterwards', async () => {
  const broker = await trial.use(realServer);
  const idle = await Wire.open(broker.url, admin);
  await delay(busyMs);
  broker.kill('SIGTERM');
  const deadline = setTimeout(() => broker.kill('SIGKILL'), limits.stop_ms_max);
  assert.equal(await broker.ended, { code: 0, signal: null }, broker.log);
  clearTimeout(deadline);
  trial.noteEnded();
  const codes = await Promise.all([idle, ...trial.cast.publishers].map(one => one.closed));
  assert.equal(codes, [1001, 1001, 1001, 1001]);
  await trial.drain();
  assert.is(report(check(trial.history)), '');
});

test.run();
