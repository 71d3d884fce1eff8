import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { matches } from '../../src/protocol/matcher.js';
import { overlaps } from '../../src/protocol/overlap.js';
import { nameArbitrary, patternArbitrary } from './name-arbitraries.js';

const test = suite('patterns that overlap');

for (const [pattern, common, others] of [
  ['/a/**', ['/**', '/a', '/a/b', '/*/b', '/a/*', '/**/c', '/a*/b/**', '/*'], ['/b/**', '/b', '/ab/*', '/b*/**']],
  ['/a*c/x', ['/ab*/x', '/*bc/*', '/ac/**', '/*/x'], ['/b*/x', '/a*b/x', '/a*c/y', '/a*c', '/a*c/x/*']],
  ['/**/b', ['/a/**', '/b', '/*/*', '/**/*b'], ['/a', '/**/c', '/*/*a']],
  ['/**', ['/**', '/*', '/a/*/c'], ['/holdfast/**', '/zato/s/to/a']],
  ['/holdfast/*', ['/holdfast/**', '/holdfast/dead-*'], ['/**', '/*/*', '/zato/s/to/*']],
] as const) {
  test(`${pattern} overlaps ${common.join(', ')} but not ${others.join(', ')}`, () => {
    for (const other of common) assert.is(overlaps(pattern, other) && overlaps(other, pattern), true, other);
    for (const other of others) assert.is(overlaps(pattern, other) || overlaps(other, pattern), false, other);
  });
}

test('a pattern overlaps a name exactly if it matches it', () => {
  const agrees = fc.property(patternArbitrary, nameArbitrary, (pattern, name) => {
    assert.is(overlaps(pattern, name), matches(pattern, name));
    assert.is(overlaps(name, pattern), matches(pattern, name));
  });
  fc.assert(agrees, { numRuns: 5_000 });
});

test('two patterns that match the same name overlap', () => {
  const agrees = fc.property(patternArbitrary, patternArbitrary, nameArbitrary, (a, b, name) => {
    if (matches(a, name) && matches(b, name)) assert.ok(overlaps(a, b));
  });
  fc.assert(agrees, { numRuns: 20_000 });
});

test('patterns of the greatest length take no longer than the product of their lengths', () => {
  const stars = `/${'a*'.repeat(249)}`;
  assert.ok(overlaps(stars, stars));
  assert.not.ok(overlaps(`${stars}b/c`, `/${'*a'.repeat(249)}/c`));
});

test.run();
