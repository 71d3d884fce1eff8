/** What can be learnt from JSON text, and done to it, without parsing it. The text must be valid: nothing here checks it. */
import { isSpace, Scanner, skipString } from './scan.js';
import { utf8Bytes } from './utf8.js';

/** The members of an object's JSON text in their order, duplicates included: decoded keys, values as they are written. */
export function members(raw: string): [key: string, rawValue: string][] {
  const scanner = new Scanner(raw);
  const found: [string, string][] = [];
  if (!scanner.enterObject()) return found;
  while (scanner.nextKey()) {
    const from = scanner.at;
    scanner.skipValue();
    found.push([scanner.key(), raw.slice(from, scanner.at)]);
  }
  return found;
}

/** The same JSON without the white space between its tokens, and the same string if there is none. */
export function minify(raw: string): string {
  let out = '';
  let kept = 0;
  for (let at = nextSpace(raw, 0); at < raw.length; at = nextSpace(raw, kept)) {
    out += raw.slice(kept, at);
    kept = spaceEnd(raw, at);
  }
  return kept === 0 ? raw : out + raw.slice(kept);
}

/**
 * Bytes of a value as `size` counts them: of the UTF-8 of what the text says if it is a string, of its minified JSON
 * if it is anything else. `spaces`: the white space between its tokens, if that is known, so that it need not be counted.
 */
export function sizeOf(raw: string, spaces?: number): number {
  const first = spaceEnd(raw, 0);
  if (raw.charCodeAt(first) === 0x22) {
    if (raw.includes('\\')) return utf8Bytes(JSON.parse(raw) as string);
    return utf8Bytes(raw) - (raw.length - raw.lastIndexOf('"') + first + 1);
  }
  return utf8Bytes(raw) - (spaces ?? countSpaces(raw));
}

function countSpaces(raw: string): number {
  let spaces = 0;
  for (let at = nextSpace(raw, 0); at < raw.length; ) {
    const end = spaceEnd(raw, at);
    spaces += end - at;
    at = nextSpace(raw, end);
  }
  return spaces;
}

/** Where white space outside strings begins, from a place outside strings on; the end of the text if nowhere. */
function nextSpace(raw: string, from: number): number {
  let at = from;
  while (at < raw.length) {
    const code = raw.charCodeAt(at);
    if (code === 0x22) at = skipString(raw, at);
    else if (isSpace(code)) return at;
    else at += 1;
  }
  return at;
}

function spaceEnd(raw: string, from: number): number {
  let at = from;
  while (isSpace(raw.charCodeAt(at))) at += 1;
  return at;
}
