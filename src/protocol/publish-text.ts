/**
 * Reads the request that comes more often than all others, `publish`, without building what it carries: `data` goes on
 * as it was written, so it is enough to know that it is valid.
 *
 * It may give up on anything, and does on whatever is unusual; what it takes, the long way of `readFrame` would take
 * with the same outcome, but for values that are `unbuilt`. So a caller whom it disappoints goes that way, which also
 * knows what to say of a fault.
 */
import { colonEnd, invalid, spaceEnd, spacesPassed, spacesSince, stringEnd, valueEnd } from './grammar.js';
import type { Spans } from './outline.js';
import { Request, unbuilt } from './request.js';

/** What is nested more deeply goes the long way, which takes no stack. */
const depthMax = 64;

const quote = 0x22;
const comma = 0x2c;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const letter = { f: 0x66, i: 0x69, j: 0x6a, m: 0x6d, t: 0x74 } as const;

/** What has been seen of a request; each member may come once. */
const seen = { jsonrpc: 1, method: 2, params: 4, id: 8 } as const;
const needed = seen.jsonrpc | seen.method | seen.params;

/** A place in a text that moves forward over publishes. After it has answered null it is of no more use. */
export class PublishReader {
  readonly #text: string;
  readonly #depth: number;
  #at: number;
  #id: string | null = null;
  #params: Record<string, unknown> = {};
  #spans: Spans = [];
  #dataSpaces = 0;

  /** `depth`: arrays and objects that may be open at once, with the one that a publish is. */
  constructor(text: string, at: number, depth: number) {
    this.#text = text;
    this.#at = at;
    this.#depth = Math.min(depth, depthMax);
  }

  /** The text is one publish from here on to its end. */
  readOne(): Request[] | null {
    const request = this.#read();
    return request !== null && this.#isAtEnd() ? [request] : null;
  }

  /** The text is an array of publishes, at least one. */
  readArray(countMax: number): Request[] | null {
    const requests: Request[] = [];
    do {
      this.#at = spaceEnd(this.#text, this.#at + 1);
      const request = requests.length < countMax ? this.#read() : null;
      if (request === null) return null;
      requests.push(request);
      this.#at = spaceEnd(this.#text, this.#at);
    } while (this.#text.charCodeAt(this.#at) === comma);
    return this.#text.charCodeAt(this.#at++) === closeBracket && this.#isAtEnd() ? requests : null;
  }

  #read(): Request | null {
    const text = this.#text;
    let at = this.#at;
    let members = 0;
    this.#id = null;
    this.#dataSpaces = 0;
    if (text.charCodeAt(at) !== openBrace) return null;
    do {
      at = spaceEnd(text, at + 1);
      const member = memberBy(text.charCodeAt(at + 1));
      at = this.#memberEnd(member, at);
      if (at < 0 || (members & member) !== 0) return null;
      members |= member;
      at = spaceEnd(text, at);
    } while (text.charCodeAt(at) === comma);
    if ((members & needed) !== needed || text.charCodeAt(at) !== closeBrace) return null;
    this.#at = at + 1;
    return new Request(text, this.#id, 'publish', this.#params, this.#spans, this.#dataSpaces);
  }

  #memberEnd(member: number, at: number): number {
    const text = this.#text;
    if (member === seen.jsonrpc) return passed(text, valueAt(text, at, '"jsonrpc"'), '"2.0"');
    if (member === seen.method) return passed(text, valueAt(text, at, '"method"'), '"publish"');
    if (member === seen.id) return this.#readId(valueAt(text, at, '"id"'));
    return this.#readParams(valueAt(text, at, '"params"'));
  }

  #readId(from: number): number {
    if (from < 0) return invalid;
    const first = this.#text.charCodeAt(from);
    // No request has an id of `true` or `false`.
    const to = first === letter.t || first === letter.f ? invalid : valueEnd(this.#text, from, 0);
    if (to > 0) this.#id = this.#text.slice(from, to);
    return to;
  }

  #readParams(at: number): number {
    const text = this.#text;
    if (at < 0 || text.charCodeAt(at) !== openBrace) return invalid;
    const params: Record<string, unknown> = {};
    const spans: Spans = [];
    do {
      const key = spaceEnd(text, at + 1);
      const keyTo = stringEnd(text, key);
      const from = keyTo < 0 ? invalid : colonEnd(text, keyTo);
      const spaces = spacesPassed();
      at = from < 0 ? invalid : valueEnd(text, from, this.#depth - 2);
      if (at < 0) return invalid;
      if (text.startsWith('"data"', key)) {
        params.data = unbuilt;
        this.#dataSpaces = spacesSince(spaces);
      } else if (!build(params, text, key, keyTo, from, at)) return invalid;
      spans.push(key + 1, keyTo - 1, from, at);
      at = spaceEnd(text, at);
    } while (text.charCodeAt(at) === comma);
    this.#params = params;
    this.#spans = spans;
    return text.charCodeAt(at) === closeBrace ? at + 1 : invalid;
  }

  #isAtEnd(): boolean {
    const { length } = this.#text;
    return this.#at === length || spaceEnd(this.#text, this.#at) === length;
  }
}

/** The member that a key with this first letter can only be. */
function memberBy(code: number): number {
  if (code === letter.j) return seen.jsonrpc;
  if (code === letter.i) return seen.id;
  return code === letter.m ? seen.method : seen.params;
}

/** Where the value of this key begins, if the key stands here as it is usually written. */
function valueAt(text: string, at: number, key: string): number {
  return text.startsWith(key, at) ? colonEnd(text, at + key.length) : invalid;
}

function passed(text: string, at: number, expected: string): number {
  return at > 0 && text.startsWith(expected, at) ? at + expected.length : invalid;
}

/** False if there is something about the name. */
function build(
  params: Record<string, unknown>,
  text: string,
  key: number,
  keyTo: number,
  from: number,
  to: number,
): boolean {
  if (text.startsWith('"topic_name"', key)) params.topic_name = built(text, from, to);
  else {
    const name = text.slice(key + 1, keyTo - 1);
    // An assignment to `__proto__` would be none, and a name with escapes is another name.
    if (name === '__proto__' || name.includes('\\')) return false;
    params[name] = name === 'user_ctx' ? unbuilt : JSON.parse(text.slice(from, to));
  }
  return true;
}

function built(text: string, from: number, to: number): unknown {
  const inner = text.slice(from + 1, to - 1);
  return text.charCodeAt(from) === quote && !inner.includes('\\') ? inner : JSON.parse(text.slice(from, to));
}
