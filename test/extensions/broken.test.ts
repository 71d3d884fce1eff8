import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Extensions } from '../../src/extensions/extensions.js';
import { limits } from '../../src/protocol/limits.js';
import { SystemClock } from '../../src/system-clock.js';
import { OperatorFiles } from './files.js';

const test = suite('extensions: a thread that breaks');

test('the log tells where in which file nobody caught an exception', async () => {
  const files = new OperatorFiles({
    'late.js': `
      import { defineService } from 'holdfast/services';
      const fail = () => { throw new Error('too late'); };
      export const late = defineService({
        name: 'late',
        handle: () => new Promise(() => setTimeout(fail)),
      });`,
  });
  const told: { reason?: string; stack?: string }[] = [];
  const log = { debug() {}, info() {}, warn() {}, error: (details: object) => void told.push(details) };
  const patterns = { folder: files.folder, services: ['*.js'], hooks: [] };
  const extensions = await Extensions.load({ limits, clock: new SystemClock(), log, checkOptions() {}, patterns });
  await extensions.run({ kind: 'service', name: 'late', messages: '[]', isSingle: false }, 10_000);
  await extensions.stop();
  files.remove();
  assert.is(told.length, 1);
  assert.match(told[0]!.reason!, /an exception that nobody caught: too late/);
  assert.match(told[0]!.stack!, /at .*fail .*late\.js:3/);
});

test.run();
