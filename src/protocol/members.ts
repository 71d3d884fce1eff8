/** Reads a text that is one JSON object, as `readFrame` reads a frame: its members are found as they were written. */
import { HoldfastError } from './errors.js';
import { outlineMembers, type Spans } from './outline.js';
import { Scanner } from './scan.js';

export interface ObjectText {
  readonly value: Record<string, unknown>;
  /** Where the members stand in the text. */
  readonly spans: Spans;
}

/**
 * Throws `parse_error`, and `invalid_request` if it is something else than an object or is nested more deeply than
 * `depthMax`. `what` names the text in messages.
 */
export function readObject(text: string, depthMax: number, what: string): ObjectText {
  const scanner = new Scanner(text);
  const spans = outlineMembers(scanner);
  if (scanner.deepest > depthMax) {
    const reason = `it may have ${depthMax} levels`;
    throw new HoldfastError('invalid_request', `${what} is nested too deeply: ${reason}`, { reason });
  }
  const value = parse(text, what);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return { value: value as Record<string, unknown>, spans };
  }
  throw new HoldfastError('invalid_request', `${what} must be a JSON object`, { reason: 'is no object' });
}

function parse(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new HoldfastError('parse_error', `${what} is not JSON: ${(error as Error).message}`);
  }
}
