import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { codeOf, reads, tokensOf } from './token.js';

const token = suite('tidy: tokens');

const texts = (text: string) => codeOf(text).map(({ text }) => text);

token('keeps strings and comments apart from code', () => {
  const kinds = tokensOf(`const a = 'any'; // any\n/* any */ any`).map(({ kind, text, line }) => [kind, text, line]);
  assert.equal(kinds, [
    ['word', 'const', 1],
    ['word', 'a', 1],
    ['other', '=', 1],
    ['string', 'any', 1],
    ['other', ';', 1],
    ['comment', '// any', 1],
    ['comment', '/* any */', 2],
    ['word', 'any', 2],
  ]);
});

token('tells a regular expression from a division', () => {
  assert.equal(texts(`a = b / c / 'd'`), ['a', '=', 'b', '/', 'c', '/', 'd']);
  assert.equal(texts(`a = (b) / c; f(/['"]/g)`).at(-2), `/['"]/g`);
  assert.equal(texts(`return /'/`).at(-1), `/'/`);
});

token('finds its way through templates with braces and templates in them', () => {
  const nested = texts(['`a ', '{ { b: `c ', '{d} e` } } f` + g'].join('$'));
  assert.equal(nested.slice(-2), ['+', 'g']);
  assert.ok(nested.includes('d'));
});

token('counts lines through comments and templates of several', () => {
  assert.is(tokensOf('/*\n\n*/ `\n` \n end').at(-1)?.line, 5);
});

token('compares code only: a string is no code', () => {
  assert.ok(reads(codeOf('t.run()'), 1, ['.', 'run', '(']));
  assert.not(reads(codeOf(`t 'run'`), 1, ['run']));
});

token.run();
