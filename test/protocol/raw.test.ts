import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { members, minify, sizeOf } from '../../src/protocol/raw.js';
import { jsonText, objectText } from './json-texts.js';

const test = suite('raw');

// ---------------------------------------------------------------- minify

test('strips white space between tokens and nothing else', () => {
  assert.is(minify(' { "a b" : [ 1.0 ,\n"\\u0041 \\" x" ] ,\t"c":null}\r\n'), '{"a b":[1.0,"\\u0041 \\" x"],"c":null}');
});

test('strips white space around the whole', () => {
  for (const raw of [' 1', '1 ', '\n1\t']) assert.is(minify(raw), '1');
});

test('gives the same string back where there is nothing to strip', () => {
  for (const raw of ['1', '"a b"', '{"a":[1,2,"x y"]}', '""']) assert.is(minify(raw), raw);
});

/** White space is gone exactly if every token of the text is still there and joining them gives the result. */
function minifies(subject: (raw: string) => string): fc.IProperty<[string]> {
  return fc.property(jsonText, raw => {
    const tokens = raw.match(/"(?:[^"\\]|\\.)*"|[^\s"]/g) ?? [];
    assert.is(subject(raw), tokens.join(''));
  });
}

test('keeps the tokens of any JSON', () => {
  fc.assert(minifies(minify), { numRuns: 500 });
});

test('would be caught if it encoded anew, or went into strings', () => {
  assert.ok(
    fc.check(
      minifies(raw => JSON.stringify(JSON.parse(raw))),
      { numRuns: 500 },
    ).failed,
  );
  assert.ok(
    fc.check(
      minifies(raw => raw.replaceAll(/\s/g, '')),
      { numRuns: 500 },
    ).failed,
  );
});

// ---------------------------------------------------------------- size

for (const [raw, bytes] of [
  ['"abc"', 3],
  [' "abc"\n', 3],
  ['""', 0],
  ['"é→😀"', 9],
  ['"\\u00e9\\n"', 3],
  ['"\\ud83d\\ude00"', 4],
  ['"\\ud800"', 3],
  ['12345678901234567890', 20],
  ['null', 4],
  ['{ "a" : "\\u00e9 b" }', 16],
  ['[1, 2,\n 3]', 7],
  ['["é"]', 6],
] as const) {
  test(`counts ${JSON.stringify(raw)} as ${bytes} bytes`, () => {
    assert.is(sizeOf(raw), bytes);
  });
}

test('counts a string by what it says and all else by its minified text', () => {
  fc.assert(
    fc.property(jsonText, raw => {
      const value: unknown = JSON.parse(raw);
      const expected = typeof value === 'string' ? value : minify(raw);
      assert.is(sizeOf(raw), Buffer.byteLength(expected));
      assert.is(sizeOf(` ${raw}\n`), Buffer.byteLength(expected));
    }),
    { numRuns: 500 },
  );
});

// ---------------------------------------------------------------- members

test('lists the members of an object in their order, duplicates included', () => {
  assert.equal(members(' { "b" : 1.0, "a\\n":{"c":[1, 2]} , "b":"x" } '), [
    ['b', '1.0'],
    ['a\n', '{"c":[1, 2]}'],
    ['b', '"x"'],
  ]);
});

test('lists none for what is empty or no object', () => {
  for (const raw of ['{}', '{ }', '[{"a":1}]', '1', '"{}"']) assert.equal(members(raw), []);
});

test('lists what builds the same object again, for any object', () => {
  fc.assert(
    fc.property(objectText(jsonText), raw => {
      const again = `{${members(raw)
        .map(([key, value]) => `${JSON.stringify(key)}:${value}`)
        .join(',')}}`;
      assert.is(JSON.stringify(JSON.parse(again)), JSON.stringify(JSON.parse(raw)));
    }),
    { numRuns: 500 },
  );
});

test.run();
