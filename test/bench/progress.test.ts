import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Progress, type Screen } from '../../bench/progress.js';

const parts = [
  { name: 'publish', seconds: 30 },
  { name: 'drain', seconds: 90 },
];
const clearLine = '\r\u001b[2K';

/** A screen that keeps what was written, and a clock that is set by hand. */
function stage(screen: Partial<Screen>) {
  const written: string[] = [];
  const clock = { ms: 0 };
  const progress = new Progress({ ...screen, write: text => written.push(text) }, parts, () => clock.ms);
  return { written, clock, progress };
}

const suiteOf = suite('bench progress');

suiteOf('writes a line for whatever begins where there is no terminal, and no control characters', () => {
  const { written, clock, progress } = stage({ isTTY: false });
  progress.begin();
  clock.ms = 15_000;
  progress.doing('round 1 of 5');
  progress.doing('round 1 of 5');
  progress.advance(0.5);
  progress.redraw();
  progress.end();
  progress.begin();
  assert.equal(written, [
    '0:00 gone, about 2:00 left, 1/2 publish\n',
    '0:15 gone, about 5:00 left, 1/2 publish, round 1 of 5\n',
    '0:15 gone, about 0:56 left, 2/2 drain\n',
  ]);
});

suiteOf('draws one line over and over on a terminal, with a bar that grows', () => {
  const { written, clock, progress } = stage({ isTTY: true, columns: 100 });
  progress.begin();
  progress.doing('round 1 of 5');
  clock.ms = 65_000;
  progress.advance(1);
  assert.ok(written.every(text => text.startsWith(clearLine) && !text.includes('\n')));
  assert.match(written[0]!, /░{20} 0:00 gone, about 2:00 left, 1\/2 publish$/);
  assert.match(written.at(-1)!, /█{5}░{15} 1:05 gone, about 2:49 left, 1\/2 publish, round 1 of 5$/);
});

suiteOf('never draws beyond the edge of the terminal', () => {
  const { written, progress } = stage({ isTTY: true, columns: 40 });
  progress.begin();
  progress.doing('filling a store with 5000000 messages');
  assert.is(written.at(-1)!.length, clearLine.length + 39);
});

suiteOf('shows the time that goes by on a terminal, and makes room for a table', () => {
  const { written, clock, progress } = stage({ isTTY: true, columns: 100 });
  progress.begin();
  clock.ms = 7_000;
  progress.redraw();
  assert.match(written.at(-1)!, /0:07 gone/);
  progress.end();
  assert.is(written.at(-1), clearLine);
});

suiteOf('says nothing more when everything is done', () => {
  const { written, progress } = stage({ isTTY: true });
  progress.begin();
  progress.end();
  progress.begin();
  progress.end();
  const before = written.length;
  progress.redraw();
  assert.is(written.length, before);
});

suiteOf.run();
