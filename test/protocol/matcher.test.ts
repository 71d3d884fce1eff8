import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { covers, matches } from '../../src/protocol/matcher.js';
import { matchesPlainly, nameArbitrary, patternArbitrary } from './name-arbitraries.js';

const test = suite('matcher');

for (const [pattern, covered, others] of [
  ['/a/b', ['/a/b'], ['/a', '/a/b/c', '/a/B', '/a/bc', '/x/a/b']],
  ['/a/*', ['/a/b', '/a/bcd'], ['/a', '/a/b/c', '/ab']],
  ['/*', ['/a'], ['/a/b']],
  ['/*/c', ['/a/c'], ['/c', '/a/b/c', '/a/cc']],
  ['/a*', ['/a', '/abc'], ['/ba', '/a/b']],
  ['/*b', ['/b', '/aab', '/bb'], ['/ba', '/a/b']],
  ['/a*b*c', ['/abc', '/axbxc', '/abbcc', '/abcbc'], ['/ab', '/acb', '/ab/c']],
  ['/a/**', ['/a', '/a/b', '/a/b/c'], ['/ab', '/b/a', '/ab/c']],
  ['/**', ['/a', '/a/b/c'], []],
  ['/**/c', ['/c', '/a/c', '/a/b/c', '/c/c'], ['/c/a', '/cc']],
  ['/a/**/c', ['/a/c', '/a/b/c', '/a/c/c', '/a/b/b/c'], ['/a', '/a/b', '/ac']],
  ['/a*/**', ['/a', '/ab', '/ab/c/d'], ['/b/a']],
  ['/**/a*/**/b', ['/a/b', '/x/ay/z/b', '/a/a/b'], ['/b', '/a', '/b/a']],
  ['/**/**', ['/a', '/a/b'], []],
] as const) {
  test(`${pattern} covers ${covered.join(', ')}${others.length > 0 ? ` but not ${others.join(', ')}` : ''}`, () => {
    for (const name of covered) assert.is(matches(pattern, name), true, name);
    for (const name of others) assert.is(matches(pattern, name), false, name);
  });
}

test('invariant 9: system topics match only patterns that spell their prefix', () => {
  for (const pattern of ['/holdfast/**', '/holdfast/*', '/holdfast/dead-letter', '/holdfast/**/dead-*']) {
    assert.is(matches(pattern, '/holdfast/dead-letter'), true, pattern);
  }
  for (const pattern of ['/**', '/*/*', '/*/dead-letter', '/hold*/dead-letter', '/holdfast*/**', '/**/dead-letter']) {
    assert.is(matches(pattern, '/holdfast/dead-letter'), false, pattern);
  }
  for (const pattern of ['/zato/s/to/**', '/zato/s/to/my_*'])
    assert.is(matches(pattern, '/zato/s/to/my_api'), true, pattern);
  for (const pattern of ['/**', '/zato/**', '/zato/s/**', '/zato/*/to/my_api', '/zato/s/t*/my_api']) {
    assert.is(matches(pattern, '/zato/s/to/my_api'), false, pattern);
  }
  assert.is(matches('/zato/**', '/zato/orders'), true);
});

/** Whether something says what the plain reading of the rules says. */
function agrees(subject: (pattern: string, name: string) => boolean): fc.IProperty<[string, string]> {
  return fc.property(patternArbitrary, nameArbitrary, (pattern, name) => {
    assert.is(subject(pattern, name), matchesPlainly(pattern, name));
  });
}

test('says what the plain reading of the rules says, for any pattern and name', () => {
  fc.assert(agrees(matches), { numRuns: 20_000 });
});

test('would be caught if it forgot the rule for system topics, or let a star cross a slash', () => {
  const crossing = (pattern: string, name: string) =>
    matches(pattern, name) || matches(pattern.replaceAll('*', '**'), name);
  assert.ok(fc.check(agrees(covers), { numRuns: 20_000 }).failed);
  assert.ok(fc.check(agrees(crossing), { numRuns: 20_000 }).failed);
});

// ---------------------------------------------------------------- steps

/** A text that counts how many of its characters were looked at. */
class CountedText {
  reads = 0;
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  get length(): number {
    return this.#text.length;
  }

  charCodeAt(index: number): number {
    this.reads += 1;
    return this.#text.charCodeAt(index);
  }

  indexOf(search: string, from: number): number {
    const found = this.#text.indexOf(search, from);
    this.reads += (found < 0 ? this.#text.length : found + 1) - from;
    return found;
  }
}

/** Characters that a matcher looks at, both texts together. */
function reads(matcher: (pattern: string, name: string) => boolean, pattern: string, name: string): number {
  const counted = [new CountedText(pattern), new CountedText(name)] as const;
  matcher(counted[0] as unknown as string, counted[1] as unknown as string);
  return counted[0].reads + counted[1].reads;
}

function fill(unit: string, length: number, end = ''): string {
  return `/${unit.repeat(length)}`.slice(0, length - end.length) + end;
}

const hostile: [pattern: string, name: string][] = [
  [fill('a*', 500, 'b'), fill('a', 500)],
  [fill('*a', 500, '/b'), fill('a', 500)],
  [fill('**/a/', 500, '/b'), fill('a/', 499)],
  [fill('**/a*/', 500, '/b'), fill('aaa/', 499, 'a')],
  [fill('**/*/', 500, '/b'), fill('a/', 499)],
  [`/**${fill('a/', 300, '/b')}`, fill('a/', 499)],
  [`/**${fill('*/', 300, '/b')}`, fill('a/', 499)],
  [`/*${'a'.repeat(249)}b`, fill('a', 500)],
  [`/**/*${'a'.repeat(30)}b/**/c`, fill(`${'a'.repeat(60)}/`, 499, 'a')],
];

for (const [pattern, name] of hostile) {
  test(`looks at no more than twice the product of the lengths for ${pattern.slice(0, 30)}…`, () => {
    assert.is(matches(pattern, name), false);
    assert.ok(reads(covers, pattern, name) < 2 * pattern.length * name.length);
  });
}

test('takes a bounded number of steps for any pattern and name', () => {
  fc.assert(
    fc.property(patternArbitrary, nameArbitrary, (pattern, name) => {
      assert.ok(reads(covers, pattern, name) <= 6 * (pattern.length + 1) * (name.length + 1));
    }),
    { numRuns: 5_000 },
  );
});

test('takes a few steps a character where nothing in the name repeats', () => {
  const name = `/${Array.from({ length: 100 }, (_, index) => `s${index}`).join('/')}`;
  for (const pattern of [name, '/**', '/s0/**/s99', '/**/s50/**/s99', `${name.slice(0, 200)}*/**`]) {
    assert.ok(reads(covers, pattern, name) <= 6 * (pattern.length + name.length), pattern);
  }
});

test('would be caught if it went back to every star', () => {
  let budget = 0;
  function everyStar(pattern: string, name: string, p: number, n: number): boolean {
    budget -= 1;
    if (budget < 0) throw new RangeError('Too many steps');
    if (p === pattern.length) return n === name.length;
    if (pattern.charCodeAt(p) === 0x2a) {
      return everyStar(pattern, name, p + 1, n) || (n < name.length && everyStar(pattern, name, p, n + 1));
    }
    return n < name.length && pattern.charCodeAt(p) === name.charCodeAt(n) && everyStar(pattern, name, p + 1, n + 1);
  }
  const [pattern, name] = hostile[0]!;
  budget = pattern.length * name.length;
  assert.throws(() => everyStar(pattern, name, 0, 0), /Too many steps/);
});

test.run();
