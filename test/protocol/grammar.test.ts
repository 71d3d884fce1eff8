import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { spaceEnd, valueEnd } from '../../src/protocol/grammar.js';
import { jsonText } from './json-texts.js';

const test = suite('grammar');

type ValueEnd = typeof valueEnd;

function isValid(text: string, end: ValueEnd = valueEnd): boolean {
  const at = end(text, spaceEnd(text, 0), 1_000);
  return at >= 0 && spaceEnd(text, at) === text.length;
}

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** A valid text with some characters left out, doubled or replaced by others that JSON is made of. */
const brokenText = fc
  .tuple(
    jsonText,
    fc.array(
      fc.tuple(
        fc.nat(),
        fc.nat(2),
        fc.constantFrom(...'{}[]:,"\\ \t\n\r0123456789.-+eEutrfalsn/b\u0000\u001f\u007f\u00a0\u2028\ufeff'),
      ),
      { maxLength: 3 },
    ),
  )
  .map(([text, changes]) =>
    changes.reduce((changed, [place, removed, put]) => {
      const at = place % (changed.length + 1);
      return changed.slice(0, at) + put + changed.slice(at + removed);
    }, text),
  );

function agreesWithParse(end: ValueEnd): fc.IProperty<[string]> {
  return fc.property(fc.oneof(jsonText, brokenText, fc.json(), fc.string()), text => {
    assert.is(isValid(text, end), parses(text), text);
  });
}

test('takes and refuses exactly what JSON.parse does', () => {
  fc.assert(agreesWithParse(valueEnd), { numRuns: 5_000 });
});

test('that it does is something that would be noticed: found is a grammar that takes control characters', () => {
  const lenient: ValueEnd = (text, at, depth) => valueEnd(text.replaceAll(/[\u0000\u001f]/g, 'a'), at, depth);
  assert.throws(() => fc.assert(agreesWithParse(lenient), { examples: [['"\u001f"']] }), /Property failed/);
});

test('judges every short text of what numbers, words and escapes are made of like JSON.parse', () => {
  const judge = (text: string) => assert.is(isValid(text), parses(text), JSON.stringify(text));
  const extend = (text: string, alphabet: string, more: number) => {
    judge(text);
    if (more > 0) for (const character of alphabet) extend(text + character, alphabet, more - 1);
  };
  extend('', '-+01.eE ', 5);
  extend('', '"\\u0fGn/', 5);
  for (const word of ['true', 'false', 'null']) {
    for (let length = 0; length <= word.length; length += 1) {
      judge(word.slice(0, length));
      judge(`[${word.slice(0, length)}x]`);
    }
  }
});

test('judges every UTF-16 unit within a string and outside of one like JSON.parse', () => {
  for (let code = 0; code <= 0xffff; code += 1) {
    const character = String.fromCharCode(code);
    assert.is(isValid(`"${character}"`), parses(`"${character}"`), `"\\u${code.toString(16)}"`);
    assert.is(isValid(`[1${character}]`), parses(`[1${character}]`), `[1\\u${code.toString(16)}]`);
    assert.is(isValid(`"\\${character}"`), parses(`"\\${character}"`), `"\\\\u${code.toString(16)}"`);
  }
});

test('finds the end of a value, whatever comes behind it', () => {
  for (const [text, end] of [
    ['{"a":[1,2]},3', 11],
    ['"a\\"b" : 1', 6],
    ['-1.5e+3,', 7],
    ['true]', 4],
    ['0123', 1],
  ] as const) {
    assert.is(valueEnd(text, 0, 2), end);
  }
});

test('counts arrays and objects that are open at once', () => {
  assert.is(valueEnd('[{"a":[]},[[]]]', 0, 3), 15);
  assert.is(valueEnd('[{"a":[]},[[]]]', 0, 2), -1);
  assert.is(valueEnd('1', 0, 0), 1);
  assert.is(valueEnd('{}', 0, 0), -1);
});

test.run();
