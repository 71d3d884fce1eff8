/**
 * Walks over JSON text without building anything, to find where values begin and end.
 *
 * It does not judge: `JSON.parse` does, on the same text. On valid JSON every span is exact; on anything else the spans
 * mean nothing, but each step still goes forward and the walk still ends. Nothing here calls itself, so nesting costs
 * no stack.
 */

const quote = 0x22;
const comma = 0x2c;
const colon = 0x3a;
const backslash = 0x5c;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;

export function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}

/** The index just past the string whose opening quote is at `start`; the end of the text if nothing closes it. */
export function skipString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end > 0 && text.charCodeAt(end - 1) === backslash && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end < 0 ? text.length : end + 1;
}

/** Whether an odd number of backslashes stands before `index`: an even number escapes only itself. */
function isEscaped(text: string, index: number): boolean {
  let first = index;
  while (text.charCodeAt(first - 1) === backslash) first -= 1;
  return (index - first) % 2 === 1;
}

/** A place in a JSON text that moves forward over members, items and values. */
export class Scanner {
  readonly text: string;
  /** Where the next unread character is. */
  at = 0;
  /** The most arrays and objects that were open at once so far. */
  deepest = 0;
  /** The key of the member that `nextKey` found last, without its quotes, as it is written. */
  keyFrom = 0;
  keyTo = 0;

  #depth = 0;
  #keyHasEscapes = false;

  constructor(text: string) {
    this.text = text;
  }

  /** Steps into the array that begins here; false, and no step, if something else does. */
  enterArray(): boolean {
    return this.#enter(openBracket);
  }

  /** Steps into the object that begins here; false, and no step, if something else does. */
  enterObject(): boolean {
    return this.#enter(openBrace);
  }

  /** Moves to the next item of the array that was entered; false, and out of it, if there is none. */
  nextItem(): boolean {
    let code = this.#peek();
    if (code === comma) {
      this.at += 1;
      code = this.#peek();
    }
    if (code !== closeBracket) return this.at < this.text.length;
    this.#leave();
    return false;
  }

  /** Moves to the value of the next member of the object that was entered; false, and out of it, if there is none. */
  nextKey(): boolean {
    let code = this.#peek();
    if (code === comma) {
      this.at += 1;
      code = this.#peek();
    }
    if (code !== quote) {
      if (code === closeBrace) this.#leave();
      return false;
    }
    this.#readKey();
    if (this.#peek() !== colon) return false;
    this.at += 1;
    this.#peek();
    return true;
  }

  /** Whether the key that `nextKey` found last is `name`, however it is spelled. */
  keyIs(name: string): boolean {
    if (this.#keyHasEscapes) return this.key() === name;
    return this.keyTo - this.keyFrom === name.length && this.text.startsWith(name, this.keyFrom);
  }

  /** The key that `nextKey` found last, decoded. */
  key(): string {
    const written = this.text.slice(this.keyFrom, this.keyTo);
    return this.#keyHasEscapes ? decodeKey(written) : written;
  }

  /** Moves just past the value that begins here. */
  skipValue(): void {
    const code = this.#peek();
    if (code === quote) this.at = skipString(this.text, this.at);
    else if (code === openBrace || code === openBracket) this.#skipNested();
    else this.#skipScalar();
  }

  /** The code of the next character that is not white space; NaN at the end of the text. */
  #peek(): number {
    let code = this.text.charCodeAt(this.at);
    while (code <= 0x20 && isSpace(code)) {
      this.at += 1;
      code = this.text.charCodeAt(this.at);
    }
    return code;
  }

  #enter(opening: number): boolean {
    if (this.#peek() !== opening) return false;
    this.at += 1;
    this.#depth += 1;
    if (this.#depth > this.deepest) this.deepest = this.#depth;
    return true;
  }

  #leave(): void {
    this.at += 1;
    this.#depth -= 1;
  }

  /** Keys are short, so looking at each character beats `indexOf`, and tells of escapes on the way. */
  #readKey(): void {
    const { text } = this;
    let end = this.at + 1;
    let code = text.charCodeAt(end);
    this.#keyHasEscapes = false;
    while (code !== quote && end < text.length) {
      if (code === backslash) {
        this.#keyHasEscapes = true;
        end += 1;
      }
      end += 1;
      code = text.charCodeAt(end);
    }
    this.keyFrom = this.at + 1;
    this.keyTo = end;
    this.at = end + 1;
  }

  #skipNested(): void {
    const { text } = this;
    let at = this.at;
    let depth = this.#depth;
    do {
      const code = text.charCodeAt(at);
      if (code === quote) {
        at = skipString(text, at);
        continue;
      }
      if (code === openBrace || code === openBracket) {
        depth += 1;
        if (depth > this.deepest) this.deepest = depth;
      } else if (code === closeBrace || code === closeBracket) depth -= 1;
      at += 1;
    } while (depth > this.#depth && at < text.length);
    this.at = at;
  }

  #skipScalar(): void {
    const { text } = this;
    let at = this.at + 1;
    let code = text.charCodeAt(at);
    while (code > 0x20 && code !== comma && code !== closeBrace && code !== closeBracket) {
      at += 1;
      code = text.charCodeAt(at);
    }
    this.at = at;
  }
}

/** A key that is no valid string belongs to a text that `JSON.parse` refuses in a moment: any answer will do. */
function decodeKey(written: string): string {
  try {
    return JSON.parse(`"${written}"`) as string;
  } catch {
    return written;
  }
}
