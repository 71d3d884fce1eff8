// time limit: 180 s
import { writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { realServer } from './broker-process.js';
import { check, report } from './check.js';
import { crashLoop } from './crash-loop.js';
import { Place } from './place.js';
import { seedOf } from './random.js';
import { summary } from './summary.js';

const test = suite('crash');
const place = new Place();
test.after(() => place.remove());

test('a server that is killed 20 times under load keeps every promise (invariants 1 to 5)', async () => {
  const history = await crashLoop({ place, entry: realServer, seed: seedOf(process.env), kills: 20, lifeMsMax: 1_400 });
  console.log(summary(history));
  if (process.env.DUMP) writeFileSync(process.env.DUMP, history.map(h => JSON.stringify(h)).join('\n'));
  assert.is(report(check(history)), '');
});

test.run();
