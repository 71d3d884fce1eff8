// time limit: 300 s
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { realServer } from './broker-process.js';
import { check, report } from './check.js';
import { crashLoop } from './crash-loop.js';
import { seedOf } from './random.js';
import { summary } from './summary.js';
import { Trial } from './trial.js';

const test = suite('crash');
const trial = new Trial(seedOf(process.env));
test.after(() => trial.remove());

test('a server that is killed 20 times under load keeps every promise (invariants 1 to 5 and 7)', async () => {
  await crashLoop(trial, { entry: realServer, kills: 20, lifeMs: [100, 1_200] });
  console.log(summary(trial.history));
  assert.is(report(check(trial.history)), '');
});

test.run();
