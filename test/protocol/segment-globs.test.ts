import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { covers } from '../../src/protocol/matcher.js';
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

test('finds those that begin and end with stars by what stands between', () => {
  const numbered = Array.from({ length: 50 }, (_, at) => `*-${at}-*`);
  const made = globs(...numbered, '**', '*-1*2-*', '*-7-');
  assert.equal(made.match('a-7-b-12-').sort(), ['**', '*-1*2-*', '*-12-*', '*-7-*']);
  assert.equal(made.match('-7-').sort(), ['**', '*-7-', '*-7-*']);
  assert.equal(made.match('-').sort(), ['**']);
});

test('finds what asking each glob finds', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 6 });
  const glob = fc.array(text, { minLength: 2, maxLength: 4 }).map(texts => texts.join('*'));
  const property = fc.property(fc.uniqueArray(glob, { maxLength: 30 }), text, (texts, segment) => {
    assert.equal(
      globs(...texts)
        .match(segment)
        .sort(),
      texts.filter(one => covers(one, segment)).sort(),
    );
  });
  fc.assert(property, { numRuns: 1_000 });
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
