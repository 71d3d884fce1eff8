import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { listed } from '../../src/broker/listed.js';

const test = suite('names in an error');

test('few are told whole, many by the first ten', () => {
  assert.is(listed([]), 'none');
  assert.is(listed(['/a', '/b']), '/a, /b');
  const many = Array.from({ length: 1_000 }, (_, index) => `/topic/${index}`);
  assert.match(listed(many), /^\/topic\/0, .*\/topic\/9 and 990 more$/);
});

test.run();
