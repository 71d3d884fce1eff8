import { runInThisContext } from 'node:vm';
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { HoldfastError } from './protocol/errors.js';
import { limits } from './protocol/limits.js';

/** With these the time that a check takes may grow much faster than the data. */
const boundless = /"(pattern|patternProperties|uniqueItems|\$ref|\$dynamicRef|format|contains)":/;

/** Data that is as short, and none of the above, is checked in no time. */
const shortChars = 16_384;

const slot = Symbol.for('holdfast.data-schema');

/**
 * Compiles a JSON Schema (2020-12) that somebody gave for the data of a topic. It knows no other document, and a check
 * ends after `data_schema_ms_max`, whatever patterns and references it has. Throws `invalid_params` with the reason for
 * what is no such schema, or is too large.
 */
export function compileDataSchema(schema: Record<string, unknown>): (data: string) => void {
  const text = JSON.stringify(schema);
  if (Buffer.byteLength(text) > limits.data_schema_bytes_max) {
    throw unusable(`must have at most ${limits.data_schema_bytes_max} bytes`);
  }
  if (text.includes('"$async":')) throw unusable('must not be asynchronous');
  const validate = compile(schema);
  const isBounded = !boundless.test(text);
  return data => {
    const value: unknown = JSON.parse(data);
    const isValid = isBounded && data.length <= shortChars ? validate(value) : withinTime(() => validate(value));
    if (!isValid) throw refused(validate.errors?.[0]);
  };
}

function compile(schema: object) {
  const ajv = new Ajv2020({ allErrors: false, strict: true, strictRequired: false, strictTypes: false, logger: false });
  formats.default(ajv);
  try {
    return ajv.compile(schema);
  } catch (error) {
    throw unusable(`is not a schema that can be used: ${(error as Error).message.slice(0, 500)}`);
  }
}

/** Starting the watch takes 0.1 ms, so it is done only where a check may take long. */
function withinTime(check: () => boolean): boolean {
  const shared = globalThis as unknown as Record<symbol, (() => boolean) | undefined>;
  shared[slot] = check;
  try {
    return runInThisContext(`globalThis[Symbol.for('${slot.description}')]()`, { timeout: limits.data_schema_ms_max });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
    const reason = `takes longer than ${limits.data_schema_ms_max} ms to check by the schema of the topic`;
    throw new HoldfastError('invalid_params', `data ${reason}`, { path: 'data', reason });
  } finally {
    shared[slot] = undefined;
  }
}

function unusable(reason: string): HoldfastError {
  return new HoldfastError('invalid_params', `schema ${reason}`, { path: 'schema', reason });
}

function refused(error: ErrorObject | undefined): HoldfastError {
  const path = `data${dotted(error?.instancePath ?? '')}`;
  const reason = `${error?.message ?? 'is not valid'}, by the schema of the topic`;
  return new HoldfastError('invalid_params', `${path} ${reason}`, { path, reason });
}

/** `/items/3/id` → `.items[3].id`. */
function dotted(pointer: string): string {
  const parts = pointer.split('/').slice(1);
  const names = parts.map(part => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  return names.map(part => (/^\d+$/.test(part) ? `[${part}]` : `.${part}`)).join('');
}
