import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { SegmentGlobs } from '../../src/protocol/segment-globs.js';

const test = suite('segment globs');

function globs(...texts: string[]): SegmentGlobs<string> {
  const made = new SegmentGlobs<string>();
  for (const text of texts) made.set(text, text);
  return made;
}

test('finds all that cover a segment, whatever they begin with', () => {
  const made = globs('*', 'a*', 'ab*', 'ab*c', 'ab*d', 'b*', '*c', 'abxc*');
  assert.equal(made.match('abxc').sort(), ['*', '*c', 'a*', 'ab*', 'ab*c', 'abxc*']);
  assert.equal(made.match('b').sort(), ['*', 'b*']);
});

test('counts, replaces and forgets', () => {
  const made = globs('a*', 'a*b', 'c*');
  made.set('a*', 'other');
  assert.is(made.size, 3);
  assert.is(made.get('a*'), 'other');
  made.delete('a*');
  made.delete('a*');
  made.delete('x*');
  assert.is(made.size, 2);
  assert.is(made.get('a*'), undefined);
  assert.equal(made.match('ab'), ['a*b']);
  made.delete('a*b');
  made.delete('c*');
  assert.is(made.size, 0);
  assert.equal(made.match('c'), []);
});

test.run();
