/**
 * Where the parts of a JSON-RPC message stand in its text. Of members that come twice the last one counts, and a key
 * may be spelled with escapes, both as `JSON.parse` has it.
 */
import type { Scanner } from './scan.js';

/** Four numbers for each member of an object, one after the other: where its key begins and ends, and its value. */
export type Spans = number[];

const noSpans: Spans = [];

export interface Outline {
  /** Negative if there is no id. */
  idFrom: number;
  idTo: number;
  /** Of the members of `params`, if it is an object. */
  params: Spans;
}

/** Reads past the value that begins at the scanner's place; what is no object has nothing in its outline. */
export function outlineMessage(scanner: Scanner): Outline {
  const outline: Outline = { idFrom: -1, idTo: -1, params: noSpans };
  if (!scanner.enterObject()) {
    scanner.skipValue();
    return outline;
  }
  while (scanner.nextKey()) {
    if (scanner.keyIs('params')) outline.params = outlineMembers(scanner);
    else if (scanner.keyIs('id')) {
      outline.idFrom = scanner.at;
      scanner.skipValue();
      outline.idTo = scanner.at;
    } else scanner.skipValue();
  }
  return outline;
}

/** Reads past the object that begins at the scanner's place; what is no object has no members. */
export function outlineMembers(scanner: Scanner): Spans {
  if (!scanner.enterObject()) {
    scanner.skipValue();
    return noSpans;
  }
  const spans: Spans = [];
  while (scanner.nextKey()) {
    const from = scanner.at;
    scanner.skipValue();
    spans.push(scanner.keyFrom, scanner.keyTo, from, scanner.at);
  }
  return spans;
}

/** The JSON text of the id, or null if there is none. */
export function idText(text: string, { idFrom, idTo }: Outline): string | null {
  return idFrom < 0 ? null : text.slice(idFrom, idTo);
}

/** The JSON text of the last member with this name, or undefined if there is none. */
export function memberText(text: string, spans: Spans, name: string): string | undefined {
  for (let index = spans.length - 4; index >= 0; index -= 4) {
    if (isKey(text, spans[index]!, spans[index + 1]!, name)) return text.slice(spans[index + 2], spans[index + 3]);
  }
  return undefined;
}

/** An escape is longer than what it stands for, so only a longer key can be the name in another spelling. */
function isKey(text: string, from: number, to: number, name: string): boolean {
  if (to - from < name.length) return false;
  if (to - from === name.length) return text.startsWith(name, from) && !name.includes('\\');
  const written = text.slice(from, to);
  return written.includes('\\') && JSON.parse(`"${written}"`) === name;
}
