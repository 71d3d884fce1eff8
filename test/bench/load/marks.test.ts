import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { countMarks } from '../../../bench/load/marks.js';

const mark = Buffer.from('"id"');
const marks = suite('bench marks');

marks('are counted within their bounds only', () => {
  const bytes = Buffer.from('"id" "id" "id" "id"');
  assert.is(countMarks(mark, bytes, 0, bytes.length), 4);
  assert.is(countMarks(mark, bytes, 1, bytes.length), 3);
  assert.is(countMarks(mark, bytes, 0, bytes.length - 1), 3);
  assert.is(countMarks(mark, bytes, 5, 5), 0);
});

marks('are not looked for where none can be', () => {
  const bytes = Buffer.from('"id"."id".......... "id"');
  assert.is(countMarks(mark, bytes, 0, bytes.length, 10), 2);
});

marks.run();
