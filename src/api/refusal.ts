import type { ErrorObject } from 'ajv/dist/2020.js';
import { clipped, similarNames } from './similar-names.js';

/** Which parameter was refused, and why: a predicate that follows the path, so that both together are a sentence. */
export interface Refusal {
  path: string;
  reason: string;
}

/** The part of a JSON Schema that a reason is made of. */
interface ValueSchema {
  type?: string;
  enum?: unknown[];
  const?: unknown;
  minimum?: number;
  exclusiveMinimum?: number;
  maximum?: number;
  /** The form in words, where the other members do not tell it. */
  'x-form'?: string;
}

export interface ParamsSchema {
  properties: Record<string, unknown>;
}

/** A group of parameters that cannot be left out, or cannot be given together. */
interface Presence {
  required: string[];
}

/** Says in words why ajv refused `given` as the parameters of `method`. */
export function refusalOf(method: string, schema: ParamsSchema, given: unknown, errors: ErrorObject[]): Refusal {
  if (Array.isArray(given))
    return { path: 'params', reason: 'must be an object: parameters go by name, not by position' };
  if (typeof given !== 'object' || given === null) return { path: 'params', reason: 'must be an object' };
  // A misspelt name is told before anything else, as it is why another parameter seems to be missing.
  const unknown = Object.keys(given).find(name => !Object.hasOwn(schema.properties, name));
  if (unknown !== undefined) return unknownParameter(method, unknown, Object.keys(schema.properties));
  const error = deepest(errors);
  const path = pathOf(error.instancePath);
  if (error.keyword === 'additionalProperties') return unknownMember(error, path);
  return togetherness(error, given) ?? missing(error, path) ?? { path, reason: requirement(error) };
}

function unknownParameter(method: string, name: string, names: string[]): Refusal {
  const similar = similarNames(name, names);
  const hint = similar.length > 0 ? `did you mean ${similar.join(' or ')}?` : takes(method, names);
  return { path: clipped(name), reason: `is unknown: ${hint}` };
}

/** Of an object within the parameters. */
function unknownMember({ params, parentSchema }: ErrorObject, path: string): Refusal {
  const { additionalProperty: name } = params as { additionalProperty: string };
  const unknown = unknownParameter(path, name, Object.keys((parentSchema as ParamsSchema).properties));
  return { path: `${path}.${unknown.path}`, reason: unknown.reason };
}

function takes(method: string, names: string[]): string {
  return names.length > 0 ? `${method} takes ${names.join(', ')}` : `${method} takes none`;
}

/**
 * Of the errors of several alternatives, the one furthest inside is about the alternative that was meant; at one place,
 * the one about the members of an object, as the other alternatives are no objects.
 */
function deepest(errors: ErrorObject[]): ErrorObject {
  const aboutMembers = (error: ErrorObject) =>
    error.instancePath !== '' && ['required', 'additionalProperties'].includes(error.keyword);
  const depth = (error: ErrorObject) => 2 * error.instancePath.split('/').length + (aboutMembers(error) ? 1 : 0);
  return errors.reduce((best, error) => (depth(error) >= depth(best) ? error : best));
}

/** `/msg_id_list/3` → `msg_id_list[3]`. */
function pathOf(instancePath: string): string {
  const [, first = 'params', ...rest] = instancePath
    .split('/')
    .map(part => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  return first + rest.map(part => (/^\d+$/.test(part) ? `[${part}]` : `.${part}`)).join('');
}

function missing(error: ErrorObject, path: string): Refusal | null {
  if (error.keyword !== 'required') return null;
  const name = (error.params as { missingProperty: string }).missingProperty;
  return { path: error.instancePath === '' ? name : `${path}.${name}`, reason: 'is required' };
}

/** Rules about which parameters go together: `oneOf` and `not` at the top of a schema. */
function togetherness(error: ErrorObject, given: object): Refusal | null {
  if (error.instancePath !== '') return null;
  const alternatives = (error.parentSchema as { oneOf?: Presence[] }).oneOf?.flatMap(one => one.required);
  const excluded = (error.parentSchema as { not?: Presence }).not?.required;
  const [first, ...others] = (error.keyword === 'not' ? excluded : alternatives) ?? [];
  if (first === undefined || !['oneOf', 'not'].includes(error.keyword)) return null;
  const isGiven = Object.hasOwn(given, first);
  const reason = isGiven
    ? `cannot be given together with ${others.join(' or ')}`
    : `is required, or ${others.join(' or ')} in its place`;
  return { path: first, reason };
}

function requirement(error: ErrorObject): string {
  const { limit } = error.params as { limit?: number };
  switch (error.keyword) {
    case 'maxLength':
    case 'maxBytes':
      return `must have at most ${error.schema} bytes`;
    case 'minLength':
      return 'must not be empty';
    case 'minItems':
      return limit === 1 ? 'must not be empty' : `must have at least ${limit} items`;
    case 'maxProperties':
      return `must have at most ${limit} members`;
    case 'maxItems':
      return `must have at most ${limit} items`;
    default:
      return `must be ${described(error.parentSchema as ValueSchema)}`;
  }
}

function described(schema: ValueSchema): string {
  if (schema['x-form'] !== undefined) return schema['x-form'];
  if (schema.enum !== undefined) return `one of ${schema.enum.join(', ')}`;
  if (schema.const !== undefined) return `${schema.const}`;
  switch (schema.type) {
    case 'integer':
      return `an integer ${range(schema)}`;
    case 'number':
      return `a number ${range(schema)}`;
    case 'boolean':
      return 'true or false';
    case 'array':
      return 'a list';
    case 'string':
      return 'a text';
    default:
      return 'an object';
  }
}

/** Every number in these schemas is bounded on both sides; a test sees to it. */
function range({ minimum, exclusiveMinimum, maximum }: ValueSchema): string {
  return minimum === undefined ? `above ${exclusiveMinimum} and up to ${maximum}` : `from ${minimum} to ${maximum}`;
}
