/**
 * Reads one text frame of JSON-RPC 2.0.
 *
 * Publishes of the usual form are read by `PublishReader`, with the same outcome. For everything else, and for every
 * fault, `JSON.parse` of the whole frame decides what is valid and gives the values; one walk over the same text before it
 * measures the nesting and notes where ids and members of `params` stand, so that they can be carried on exactly as
 * the peer wrote them: `JSON.parse` alone would bend numbers beyond 2^53 and rewrite escapes.
 */
import { HoldfastError } from './errors.js';
import { spaceEnd } from './grammar.js';
import { idText, type Outline, outlineMessage } from './outline.js';
import { PublishReader } from './publish-text.js';
import { members } from './raw.js';
import { Request, type RequestEntry } from './request.js';
import { Scanner } from './scan.js';

const openBracket = 0x5b;

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

export function readFrame(text: string, options: FrameOptions): Frame {
  return readPublishes(text, options) ?? readAnything(text, options);
}

/** Null if the frame has anything in it but publishes of the usual form. */
function readPublishes(text: string, { depthMax, batchMax }: FrameOptions): Frame | null {
  const start = spaceEnd(text, 0);
  const isBatch = text.charCodeAt(start) === openBracket;
  const reader = new PublishReader(text, start, isBatch ? depthMax - 1 : depthMax);
  const entries = isBatch ? reader.readArray(batchMax) : reader.readOne();
  return entries && { isBatch, entries };
}

/** By the long way. */
export function readAnything(text: string, options: FrameOptions): Frame {
  const scanner = new Scanner(text);
  return scanner.enterArray() ? readBatch(scanner, options) : readSingle(scanner, options);
}

function readSingle(scanner: Scanner, { depthMax }: FrameOptions): Frame {
  const { text } = scanner;
  const outline = outlineMessage(scanner);
  if (scanner.deepest > depthMax) return tooDeep(text, depthMax);
  const value = parse(text);
  return value instanceof HoldfastError ? refuse(value) : { isBatch: false, entries: [toEntry(text, value, outline)] };
}

function readBatch(scanner: Scanner, { depthMax, batchMax }: FrameOptions): Frame {
  const { text } = scanner;
  const outlines: Outline[] = [];
  while (scanner.nextItem()) {
    if (outlines.length === batchMax) return tooMany(batchMax);
    outlines.push(outlineMessage(scanner));
  }
  if (scanner.deepest > depthMax) return tooDeep(text, depthMax);
  const items = parse(text);
  if (items instanceof HoldfastError) return refuse(items);
  if (outlines.length === 0) return refuse(new HoldfastError('invalid_request', 'The array is empty'));
  return { isBatch: true, entries: (items as unknown[]).map((item, index) => toEntry(text, item, outlines[index]!)) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    return new HoldfastError('parse_error', `The frame is not JSON: ${(error as Error).message}`);
  }
}

function refuse(error: HoldfastError, id = 'null'): Frame {
  return { isBatch: false, entries: [{ kind: 'invalid', id, error }] };
}

function tooMany(batchMax: number): Frame {
  const reason = `batch_requests_max is ${batchMax}`;
  return refuse(new HoldfastError('too_large', `The array has more messages than it may: ${reason}`, { reason }));
}

function tooDeep(text: string, depthMax: number): Frame {
  const reason = `json_depth_max is ${depthMax}`;
  const error = new HoldfastError('invalid_request', `The frame is nested too deeply: ${reason}`, { reason });
  return refuse(error, unparsedId(text));
}

/**
 * The id of a request that is not parsed and will not be, so that its sender learns which one it was. Not the id of a
 * response: that one is ours, and under it the peer may have a request of its own.
 */
function unparsedId(text: string): string | undefined {
  const parts = new Map(members(text));
  const id = parts.has('method') ? parts.get('id') : undefined;
  return id !== undefined && isIdText(id) ? id : undefined;
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
  if (method === undefined && (result !== undefined || error !== undefined)) {
    return { kind: 'response', id: isId(id) ? id : null, result, error };
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
