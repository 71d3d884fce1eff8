import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { delayMsOf, loopDelayP99MsOf } from '../../../bench/subject/loop-delay.js';

const loopDelay = suite('bench loop delay');

loopDelay('is nothing for an idle loop, which is looked at every 10 ms', () => {
  assert.is(delayMsOf(10_000_000), 0);
  assert.is(delayMsOf(9_300_000), 0);
  assert.is(delayMsOf(35_000_000), 25);
});

loopDelay('is found among the metrics of the server, or is not told', () => {
  const help =
    '# HELP nodejs_eventloop_lag_p99_seconds The 99th percentile\n# TYPE nodejs_eventloop_lag_p99_seconds gauge\n';
  assert.is(loopDelayP99MsOf(`${help}nodejs_eventloop_lag_p99_seconds 0.0125\n`), 2.5);
  assert.is(loopDelayP99MsOf(help), null);
});

loopDelay.run();
