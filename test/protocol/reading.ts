import * as assert from 'uvu/assert';
import { errorKinds } from '../../src/protocol/errors.js';
import { type Entry, type Frame, readFrame } from '../../src/protocol/frame.js';
import type { RequestEntry } from '../../src/protocol/request.js';

const options = { depthMax: 64, batchMax: 1_000 };

export function read(text: string): Frame {
  return readFrame(text, options);
}

export function single(text: string): Entry {
  const { isBatch, entries } = read(text);
  assert.is(isBatch, false);
  assert.is(entries.length, 1);
  return entries[0]!;
}

export function request(text: string): RequestEntry {
  const entry = single(text);
  if (entry.kind !== 'request') throw new Error(`Not read as a request: ${text}`);
  return entry;
}

/** What an entry is, in a form that can be compared with a literal. */
export function told(entry: Entry): string {
  if (entry.kind === 'invalid') return `invalid ${entry.id} ${errorKinds[entry.error.name].code}`;
  if (entry.kind === 'response') return `response ${JSON.stringify([entry.id, entry.result, entry.error])}`;
  return `request ${entry.id} ${entry.method} ${JSON.stringify(entry.params)}`;
}

export function toldFrame(text: string): string[] {
  const { isBatch, entries } = read(text);
  return [isBatch ? 'array' : 'single', ...entries.map(told)];
}
