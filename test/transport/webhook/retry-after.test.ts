import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { retryAfterSec } from '../../../src/transport/webhook/retry-after.js';

const test = suite('webhook: Retry-After');

const now = Date.parse('2026-11-22T10:00:00Z');
const read = (header: string | undefined) => retryAfterSec(header, now, 3_600);

test('may be a number of seconds', () => {
  assert.is(read('0'), 0);
  assert.is(read(' 120 '), 120);
});

test('may be a date, of which what is left counts', () => {
  assert.is(read('Sun, 22 Nov 2026 10:01:30 GMT'), 90);
  assert.is(read('Sun, 22 Nov 2026 09:00:00 GMT'), 0);
});

test('has a bound', () => {
  assert.is(read('99999999999999999999'), 3_600);
  assert.is(read('Sun, 22 Nov 2099 10:00:00 GMT'), 3_600);
});

test('is as good as none if it says something else', () => {
  for (const header of [undefined, '', 'soon', '-1', '1.5', '2026-11-22T10:01:30Z', 'Xyz, nonsense GMT'])
    assert.is(read(header), undefined, header);
});

test.run();
