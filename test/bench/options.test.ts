import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Options, parseOptions } from '../../bench/options.js';
import { defaultSizes, fullSizes, quickSizes } from '../../bench/sizes.js';

const workloads = ['publish', 'drain'];

function parsed(...args: string[]): Options {
  const options = parseOptions(args, workloads);
  if (options === 'help') throw new Error('Nobody asked for help');
  return options;
}

const options = suite('bench options');

options('runs everything five times unless told otherwise, and once when quick', () => {
  assert.is(parsed().rounds, 5);
  assert.equal(parsed().only, []);
  assert.is(parsed('--quick').rounds, 1);
  assert.is(parsed('--quick', '--rounds', '7').rounds, 7);
  assert.equal(parsed('--only', 'drain').only, ['drain']);
});

options('has three sets of sizes, in each of which single ones can be replaced', () => {
  assert.equal(parsed().sizes, defaultSizes);
  assert.equal(parsed('--quick').sizes, quickSizes);
  assert.equal(parsed('--full').sizes, fullSizes);
  const changed = parsed('--full', '--size', 'offlineSubscriptions=7', '--size', 'slowShare=0.5').sizes;
  assert.equal(changed, { ...fullSizes, offlineSubscriptions: 7, slowShare: 0.5 });
});

options('refuses rounds that are no number, workloads that do not exist and flags it does not know', () => {
  assert.throws(() => parsed('--rounds', '0'), /whole number/);
  assert.throws(() => parsed('--rounds', 'many'), /whole number/);
  assert.throws(() => parsed('--only', 'publsh'), /only publish, drain/);
  assert.throws(() => parsed('--fast'), /--fast/);
});

options('refuses sizes that do not exist or are no amount, and two sets at once', () => {
  assert.throws(() => parsed('--size', 'messages=1'), /no size "messages", only dataBytes, /);
  assert.throws(() => parsed('--size', 'toString=1'), /no size "toString"/);
  for (const text of ['window', 'window=', 'window=0', 'window=-1', 'window=much']) {
    assert.throws(() => parsed('--size', text), /window must be a number above 0/);
  }
  assert.throws(() => parsed('--quick', '--full'), /contradict/);
});

options.run();
