import fc from 'fast-check';

/** Names and patterns of few letters and few segments, so that they often meet. */

const segment = fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 1, maxLength: 4 });
const glob = fc
  .string({ unit: fc.constantFrom('a', 'b', '*'), minLength: 1, maxLength: 5 })
  .map(text => text.replaceAll(/\*+/g, '*'));
const systemStart = fc.constantFrom(
  '',
  '',
  '',
  '/holdfast',
  '/zato',
  '/zato/s',
  '/zato/s/to',
  '/zato/*/to',
  '/hold*',
  '/*/s/to',
);

function path(segments: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.array(segments, { minLength: 1, maxLength: 6 }).map(list => `/${list.join('/')}`);
}

export const nameArbitrary = fc
  .tuple(systemStart, path(segment))
  .map(([start, rest]) => (start.includes('*') ? rest : start + rest));

export const patternArbitrary = fc
  .tuple(systemStart, path(fc.oneof(segment, glob, fc.constant('**'))))
  .map(([start, rest]) => start + rest);

/** `matches` in the most literal way: slow, and right at a glance. */
export function matchesPlainly(pattern: string, name: string): boolean {
  const patterns = pattern.slice(1).split('/');
  const segments = name.slice(1).split('/');
  return spellsSystemPrefix(patterns, segments) && coversSegments(patterns, segments);
}

function spellsSystemPrefix(patterns: string[], segments: string[]): boolean {
  for (const prefix of [['holdfast'], ['zato', 's', 'to']]) {
    const isBelow = prefix.every((part, index) => segments[index] === part);
    if (isBelow && !prefix.every((part, index) => patterns[index] === part)) return false;
  }
  return true;
}

function coversSegments([first, ...patterns]: string[], segments: string[]): boolean {
  if (first === undefined) return segments.length === 0;
  if (first === '**') return segments.concat('').some((_, taken) => coversSegments(patterns, segments.slice(taken)));
  const [segment, ...others] = segments;
  return segment !== undefined && coversCharacters(first, segment) && coversSegments(patterns, others);
}

function coversCharacters(glob: string, text: string): boolean {
  if (glob === '') return text === '';
  if (glob.startsWith('*')) {
    return coversCharacters(glob.slice(1), text) || (text !== '' && coversCharacters(glob, text.slice(1)));
  }
  return glob[0] === text[0] && coversCharacters(glob.slice(1), text.slice(1));
}
