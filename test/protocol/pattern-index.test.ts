import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { matches } from '../../src/protocol/matcher.js';
import { PatternIndex } from '../../src/protocol/pattern-index.js';
import { nameArbitrary, patternArbitrary } from './name-arbitraries.js';

const test = suite('pattern index');

function sorted(values: Iterable<number>): number[] {
  return [...values].sort((a, b) => a - b);
}

test('finds each value once, however many of its patterns cover the topic', () => {
  const index = new PatternIndex<string>();
  for (const pattern of ['/a/b', '/a/*', '/a/**', '/**', '/*/b']) index.add(pattern, 'x');
  index.add('/a/c', 'y');
  assert.equal([...index.match('/a/b')], ['x']);
  assert.is(index.size, 6);
});

test('counts a pair once, and tells whether there was one to delete', () => {
  const index = new PatternIndex<string>();
  for (const pattern of ['/a', '/a/*', '/**']) {
    index.add(pattern, 'x');
    index.add(pattern, 'x');
    assert.is(index.size, 1);
    assert.is(index.delete(pattern, 'y'), false);
    assert.is(index.delete(`${pattern}/b`, 'x'), false);
    assert.is(index.delete(pattern, 'x'), true);
    assert.is(index.delete(pattern, 'x'), false);
    assert.is(index.size, 0);
    assert.is(index.match('/a').size, 0);
  }
});

test('gives a set of its own, which later changes leave alone', () => {
  const index = new PatternIndex<string>();
  index.add('/a', 'x');
  const found = index.match('/a');
  index.delete('/a', 'x');
  assert.equal([...found], ['x']);
});

test('invariant 9: stars do not reach system topics', () => {
  const index = new PatternIndex<string>();
  for (const pattern of ['/**', '/*/**', '/zato/**', '/zato/*/to/**', '/hold*/x']) index.add(pattern, pattern);
  for (const pattern of ['/zato/s/to/**', '/holdfast/*']) index.add(pattern, pattern);
  assert.equal([...index.match('/zato/s/to/x')], ['/zato/s/to/**']);
  assert.equal([...index.match('/holdfast/x')], ['/holdfast/*']);
  assert.equal([...index.match('/zato/x')].sort(), ['/**', '/*/**', '/zato/**']);
});

type Change = [isAdded: boolean, pattern: string, value: number];

/** Whether an index that went through changes finds what asking `matches` for each pair finds. */
function agrees(change: (index: PatternIndex<number>, ...change: Change) => void): fc.IProperty<[Change[], string[]]> {
  const changes = fc.array(fc.tuple(fc.boolean(), patternArbitrary, fc.nat({ max: 3 })), { maxLength: 40 });
  return fc.property(changes, fc.array(nameArbitrary, { minLength: 1, maxLength: 5 }), (list, names) => {
    const index = new PatternIndex<number>();
    const pairs = new Map<string, [string, number]>();
    const deleteEarlier = list.map(([isAdded, , value], at): Change => [isAdded, list[at >> 1]![1], value]);
    for (const [isAdded, pattern, value] of [...list, ...deleteEarlier]) {
      change(index, isAdded, pattern, value);
      if (isAdded) pairs.set(`${value} ${pattern}`, [pattern, value]);
      else pairs.delete(`${value} ${pattern}`);
    }
    assert.is(index.size, pairs.size);
    for (const name of [...names, ...list.map(([, pattern]) => pattern.replaceAll('*', 'a'))]) {
      const expected = [...pairs.values()].filter(([pattern]) => matches(pattern, name)).map(([, value]) => value);
      assert.equal(sorted(index.match(name)), sorted(new Set(expected)), name);
    }
  });
}

function apply(index: PatternIndex<number>, ...[isAdded, pattern, value]: Change): void {
  if (isAdded) index.add(pattern, value);
  else index.delete(pattern, value);
}

test('finds what asking each pattern finds, after any additions and deletions', () => {
  fc.assert(agrees(apply), { numRuns: 1_000 });
});

test('would be caught if it lost a pattern, or kept one that was deleted', () => {
  const losing = agrees((index, ...change) => {
    if (!change[1].startsWith('/**/')) apply(index, ...change);
  });
  const keeping = agrees((index, ...change) => {
    if (change[0] || !change[1].includes('*')) apply(index, ...change);
  });
  assert.ok(fc.check(losing, { numRuns: 1_000 }).failed);
  assert.ok(fc.check(keeping, { numRuns: 1_000 }).failed);
});

test('is not led astray by patterns that could match in very many ways', () => {
  // A walk that went down each way on its own would need more steps here than there are atoms.
  const index = new PatternIndex<number>();
  index.add(`${'/**/a'.repeat(60)}/b`, 1);
  index.add(`${'/**/a'.repeat(60)}/**`, 2);
  index.add(`/${'a*'.repeat(200)}b`, 3);
  assert.equal([...index.match('/a'.repeat(200))], [2]);
  assert.equal([...index.match(`/${'a'.repeat(400)}`)], []);
});

test.run();
