/**
 * The grammar of JSON (RFC 8259), to the letter: where a value ends, or that none begins here. It says of a text what
 * `JSON.parse` says of it, without building anything, in half the time. Of what it refuses it does not tell why.
 *
 * It looks behind the end of a text only if that is not JSON: V8 makes a `charCodeAt` that has ever done so half as fast
 * for good, and one that is kept from it by a comparison of its own is as slow.
 */
import { isSpace } from './scan.js';

/** What all functions here answer where the text is not JSON, or is nested more deeply than it may. */
export const invalid = -1;

const quote = 0x22;
const comma = 0x2c;
const minus = 0x2d;
const dot = 0x2e;
const colon = 0x3a;
const backslash = 0x5c;
const closeBracket = 0x5d;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const openBrace = 0x7b;

/** Characters of white space that were passed since the program began, modulo 2^32: V8 is slower with larger numbers. */
let passed = 0;

/** To be called before the end of a value is looked for, and `spacesSince` afterwards. */
export function spacesPassed(): number {
  return passed;
}

/** The white space between the tokens of the value. */
export function spacesSince(before: number): number {
  return (passed - before) | 0;
}

/** The index of the first character from `at` on that is not white space. */
export function spaceEnd(text: string, at: number): number {
  const from = at;
  let code = text.charCodeAt(at);
  while (code <= 0x20 && isSpace(code)) {
    at += 1;
    code = text.charCodeAt(at);
  }
  if (at > from) passed = (passed + at - from) | 0;
  return at;
}

/** The index just past the value that begins at `at`, in which at most `depth` arrays and objects are open at once. */
export function valueEnd(text: string, at: number, depth: number): number {
  const code = text.charCodeAt(at);
  if (code === quote) return stringEnd(text, at);
  if (code === openBrace) return depth > 0 ? objectEnd(text, at + 1, depth - 1) : invalid;
  if (code === openBracket) return depth > 0 ? arrayEnd(text, at + 1, depth - 1) : invalid;
  if (code === minus || isDigit(code)) return numberEnd(text, at);
  if (text.startsWith('true', at) || text.startsWith('null', at)) return at + 4;
  return text.startsWith('false', at) ? at + 5 : invalid;
}

/** The index just past the string whose opening quote is at `at`; `invalid` if something else begins there. */
export function stringEnd(text: string, at: number): number {
  if (text.charCodeAt(at) !== quote) return invalid;
  at += 1;
  let code = text.charCodeAt(at);
  while (code !== quote) {
    // At the end of the text the code is NaN, which compares with nothing.
    if (!(code >= 0x20)) return invalid;
    at = code === backslash ? escapeEnd(text, at + 1) : at + 1;
    if (at < 0) return invalid;
    code = text.charCodeAt(at);
  }
  return at + 1;
}

function escapeEnd(text: string, at: number): number {
  const letter = text.charAt(at);
  if (letter === 'u') return isHex(text, at + 1) ? at + 5 : invalid;
  return letter !== '' && '"\\/bfnrt'.includes(letter) ? at + 1 : invalid;
}

function isHex(text: string, at: number): boolean {
  for (let index = at; index < at + 4; index += 1) {
    const code = text.charCodeAt(index);
    const letter = code | 0x20;
    if (!isDigit(code) && !(letter >= 0x61 && letter <= 0x66)) return false;
  }
  return true;
}

function objectEnd(text: string, at: number, depth: number): number {
  at = spaceEnd(text, at);
  if (text.charCodeAt(at) === closeBrace) return at + 1;
  for (;;) {
    at = stringEnd(text, at);
    if (at < 0) return invalid;
    at = colonEnd(text, at);
    if (at < 0) return invalid;
    at = valueEnd(text, at, depth);
    if (at < 0) return invalid;
    at = spaceEnd(text, at);
    const code = text.charCodeAt(at);
    if (code === closeBrace) return at + 1;
    if (code !== comma) return invalid;
    at = spaceEnd(text, at + 1);
  }
}

/** The index of the value behind the colon that is due at `at`. */
export function colonEnd(text: string, at: number): number {
  const mark = spaceEnd(text, at);
  return text.charCodeAt(mark) === colon ? spaceEnd(text, mark + 1) : invalid;
}

function arrayEnd(text: string, at: number, depth: number): number {
  at = spaceEnd(text, at);
  if (text.charCodeAt(at) === closeBracket) return at + 1;
  for (;;) {
    at = valueEnd(text, at, depth);
    if (at < 0) return invalid;
    at = spaceEnd(text, at);
    const code = text.charCodeAt(at);
    if (code === closeBracket) return at + 1;
    if (code !== comma) return invalid;
    at = spaceEnd(text, at + 1);
  }
}

function numberEnd(text: string, at: number): number {
  if (text.charCodeAt(at) === minus) at += 1;
  at = text.charCodeAt(at) === 0x30 ? at + 1 : digitsEnd(text, at);
  if (at > 0 && text.charCodeAt(at) === dot) at = digitsEnd(text, at + 1);
  if (at < 0 || (text.charCodeAt(at) | 0x20) !== 0x65) return at;
  const sign = text.charCodeAt(at + 1);
  return digitsEnd(text, sign === minus || sign === 0x2b ? at + 2 : at + 1);
}

/** The index behind one digit or more. */
function digitsEnd(text: string, from: number): number {
  let at = from;
  while (isDigit(text.charCodeAt(at))) at += 1;
  return at > from ? at : invalid;
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}
