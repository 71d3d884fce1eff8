import fc from 'fast-check';

/** JSON as people and machines write it: any white space, any escape, numbers beyond doubles, keys that come twice. */

const space = fc.string({ unit: fc.constantFrom(' ', '\t', '\n', '\r'), maxLength: 2 });
const character = fc.constantFrom('a', 'é', '→', '😀', '\u007f', '/', '[', '}', ',', ':', ' ');
const escaped = fc.constantFrom(
  '\\"',
  '\\\\',
  '\\/',
  '\\n',
  '\\u0061',
  '\\u00E9',
  '\\ud83d\\ude00',
  '\\ud800',
  '\\uDC00',
);
const stringText = fc.string({ unit: fc.oneof(character, escaped), maxLength: 8 }).map(inner => `"${inner}"`);
const numberText = fc.oneof(
  fc.integer().map(String),
  fc.constantFrom(
    '-0',
    '1.50',
    '1e5',
    '1E-7',
    '-1.25e+3',
    '1e400',
    '9007199254740993',
    '123456789012345678901234567890',
  ),
);

/** The same few keys over and over, some in several spellings, so that duplicates are common. */
export const keyText = fc.oneof(
  fc.constantFrom(
    '"data"',
    '"d\\u0061ta"',
    '"\\u0064\\u0061ta"',
    '"id"',
    '"__proto__"',
    '"constructor"',
    '""',
    '"a\\"b"',
    '"a\\\\"',
  ),
  stringText,
);

function listText(opening: string, items: fc.Arbitrary<string>, closing: string): fc.Arbitrary<string> {
  return fc
    .tuple(space, fc.array(items, { maxLength: 5 }))
    .map(([inside, texts]) => (texts.length === 0 ? opening + inside + closing : opening + texts.join(',') + closing));
}

function spaced(text: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.tuple(space, text, space).map(parts => parts.join(''));
}

/** A member with white space wherever it may stand. */
export function memberText(value: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.tuple(spaced(keyText), spaced(value)).map(([key, text]) => `${key}:${text}`);
}

export function objectText(value: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return listText('{', memberText(value), '}');
}

/** One value without white space around it. */
export const jsonText: fc.Arbitrary<string> = fc.letrec<{ value: string }>(tie => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    fc.oneof(fc.constantFrom('null', 'true', 'false'), stringText, numberText),
    listText('[', spaced(tie('value')), ']'),
    objectText(tie('value')),
  ),
})).value;
