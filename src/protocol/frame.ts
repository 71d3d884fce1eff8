/**
 * Reads one text frame of JSON-RPC 2.0.
 *
 * `JSON.parse` of the whole frame decides what is valid and gives the values; one walk over the same text before it
 * measures the nesting and notes where ids and members of `params` stand, so that they can be carried on exactly as
 * the peer wrote them: `JSON.parse` alone would bend numbers beyond 2^53 and rewrite escapes.
 */
import { HoldfastError } from './errors.js';
import { Scanner } from './scan.js';

export interface FrameOptions {
  /** Arrays and objects that may be open at once, the frame's own included. */
  depthMax: number;
  /** Messages in one array. */
  batchMax: number;
}

export interface Frame {
  /**
   * True if the answers go back in one array. A frame that is refused as a whole (no JSON, an empty array, a limit)
   * has one `invalid` entry and is false, because JSON-RPC answers it with a single object.
   */
  isBatch: boolean;
  entries: Entry[];
}

export interface RequestEntry {
  kind: 'request';
  /** The JSON text of the id as it was written; null for a notification, 'null' for an id that is null. */
  id: string | null;
  method: string;
  params: Record<string, unknown> | unknown[] | undefined;
  /**
   * The JSON text of one member of `params` as it was written, without white space around it; undefined if there is
   * none. It may share the memory of the frame: copy what is to be kept for long.
   */
  raw(name: string): string | undefined;
}

export interface ResponseEntry {
  kind: 'response';
  /** Null also for an id of a type that no request can have. */
  id: number | string | null;
  /** Undefined if absent. */
  result: unknown;
  /** Undefined if absent. */
  error: unknown;
}

export interface InvalidEntry {
  kind: 'invalid';
  /** The JSON text of the id if there is a valid one, else 'null'. */
  id: string;
  error: HoldfastError;
}

export type Entry = RequestEntry | ResponseEntry | InvalidEntry;

/** Where four things stand in the text, one after the other for each member of `params`: key from and to, value from and to. */
type Spans = number[];

const noSpans: Spans = [];

/** Where the parts of one message stand. Of members that come twice the last one counts, as in `JSON.parse`. */
interface Outline {
  /** Negative if there is no id. */
  idFrom: number;
  idTo: number;
  params: Spans;
}

export function readFrame(text: string, { depthMax, batchMax }: FrameOptions): Frame {
  const scanner = new Scanner(text);
  const isBatch = scanner.enterArray();
  const outlines = isBatch ? outlineItems(scanner, batchMax) : [outlineMessage(scanner)];
  if (scanner.deepest > depthMax) return tooDeep(text, outlines, isBatch, depthMax);
  if (outlines.length > batchMax && isBatch) return tooMany(batchMax);

  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return refuse('null', new HoldfastError('parse_error', `The frame is not JSON: ${(error as Error).message}`));
  }
  if (!isBatch) return { isBatch, entries: [toEntry(text, value, outlines[0]!)] };
  if (outlines.length === 0) return refuse('null', new HoldfastError('invalid_request', 'The array is empty'));
  return { isBatch, entries: (value as unknown[]).map((item, index) => toEntry(text, item, outlines[index]!)) };
}

function refuse(id: string, error: HoldfastError): Frame {
  return { isBatch: false, entries: [{ kind: 'invalid', id, error }] };
}

function tooMany(batchMax: number): Frame {
  const reason = `batch_requests_max is ${batchMax}`;
  return refuse(
    'null',
    new HoldfastError('too_large', `The array has more messages than it may: ${reason}`, { reason }),
  );
}

/** The text has not been parsed at this point, and will not be, so the id is checked on its own. */
function tooDeep(text: string, outlines: Outline[], isBatch: boolean, depthMax: number): Frame {
  const reason = `json_depth_max is ${depthMax}`;
  const error = new HoldfastError('invalid_request', `The frame is nested too deeply: ${reason}`, { reason });
  const id = isBatch ? null : idText(text, outlines[0]!);
  return refuse(id !== null && isIdText(id) ? id : 'null', error);
}

/** One more than `batchMax` at most: what comes after it is not looked at. */
function outlineItems(scanner: Scanner, batchMax: number): Outline[] {
  const outlines: Outline[] = [];
  while (outlines.length <= batchMax && scanner.nextItem()) outlines.push(outlineMessage(scanner));
  return outlines;
}

function outlineMessage(scanner: Scanner): Outline {
  const outline: Outline = { idFrom: -1, idTo: -1, params: noSpans };
  if (!scanner.enterObject()) {
    scanner.skipValue();
    return outline;
  }
  while (scanner.nextKey()) {
    if (scanner.keyIs('params')) outline.params = outlineParams(scanner);
    else if (scanner.keyIs('id')) {
      outline.idFrom = scanner.at;
      scanner.skipValue();
      outline.idTo = scanner.at;
    } else scanner.skipValue();
  }
  return outline;
}

function outlineParams(scanner: Scanner): Spans {
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

function idText(text: string, { idFrom, idTo }: Outline): string | null {
  return idFrom < 0 ? null : text.slice(idFrom, idTo);
}

function isId(id: unknown): id is string | number | null {
  return typeof id === 'string' || typeof id === 'number' || id === null;
}

function isIdText(text: string): boolean {
  try {
    return isId(JSON.parse(text));
  } catch {
    return false;
  }
}

function toEntry(text: string, value: unknown, outline: Outline): Entry {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return invalid('null', 'is not an object');
  const { jsonrpc, id, method, params, result, error } = value as Record<string, unknown>;
  if (method === undefined) {
    if (result !== undefined || error !== undefined) {
      return { kind: 'response', id: isId(id) ? id : null, result, error };
    }
  }
  const rawId = idText(text, outline);
  if (rawId !== null && !isId(id)) return invalid('null', 'has an id that is neither a string nor a number nor null');
  if (jsonrpc !== '2.0') return invalid(rawId, 'lacks "jsonrpc": "2.0"');
  if (typeof method !== 'string') return invalid(rawId, 'has no method, or one that is no string');
  if (params !== undefined && (typeof params !== 'object' || params === null)) {
    return invalid(rawId, 'has params that are neither an object nor an array');
  }
  return new Request(text, rawId, method, params as RequestEntry['params'], outline.params);
}

function invalid(rawId: string | null, fault: string): InvalidEntry {
  return {
    kind: 'invalid',
    id: rawId ?? 'null',
    error: new HoldfastError('invalid_request', `The message ${fault}`, { reason: fault }),
  };
}

class Request implements RequestEntry {
  readonly kind = 'request';
  readonly id: string | null;
  readonly method: string;
  readonly params: RequestEntry['params'];
  readonly #text: string;
  readonly #spans: Spans;

  constructor(text: string, id: string | null, method: string, params: RequestEntry['params'], spans: Spans) {
    this.id = id;
    this.method = method;
    this.params = params;
    this.#text = text;
    this.#spans = spans;
  }

  raw(name: string): string | undefined {
    const spans = this.#spans;
    for (let index = spans.length - 4; index >= 0; index -= 4) {
      if (this.#isKey(name, spans[index]!, spans[index + 1]!)) {
        return this.#text.slice(spans[index + 2], spans[index + 3]);
      }
    }
    return undefined;
  }

  /** An escape is longer than what it stands for, so only a longer key can be the name in another spelling. */
  #isKey(name: string, from: number, to: number): boolean {
    if (to - from < name.length) return false;
    if (to - from === name.length) return this.#text.startsWith(name, from) && !name.includes('\\');
    const written = this.#text.slice(from, to);
    return written.includes('\\') && JSON.parse(`"${written}"`) === name;
  }
}
