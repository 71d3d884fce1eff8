import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { Schemas } from '../../src/api/schemas.js';
import { type ErrorName, errorKinds, HoldfastError } from '../../src/protocol/errors.js';
import { methods, readSchema, type SchemaNode, schemaFiles } from '../api/schema-files.js';
import { jsonBlocks, type Section } from './sections.js';

interface Rpc {
  jsonrpc?: unknown;
  id?: unknown;
  method?: string;
  params?: unknown;
  result?: unknown;
  error?: RpcError;
}

interface RpcError {
  code?: unknown;
  message?: unknown;
  data?: Record<string, unknown>;
}

const schemas = Schemas.load();
const ajv = new Ajv2020({ strict: false });
formats.default(ajv, ['date-time']);
for (const file of schemaFiles()) ajv.addSchema(readSchema<SchemaNode>(file));
const validators = new Map<string, ValidateFunction>();

/** Results and messages are open, so that they can grow; an example must not have what no schema knows. */
function validatorOf(method: string, part: 'params' | 'result' | 'nack'): ValidateFunction {
  const key = `${method} ${part}`;
  const known = validators.get(key) ?? ajv.compile(closed(methods.get(method)!.$defs[part] ?? {}));
  validators.set(key, known);
  return known;
}

function closed(node: SchemaNode): SchemaNode {
  const { items, properties, ...own } = node;
  const inner =
    properties && Object.fromEntries(Object.entries(properties).map(([name, child]) => [name, closed(child)]));
  const isObject = node.type === 'object' || node.$ref !== undefined;
  return {
    ...own,
    ...(items && { items: closed(items) }),
    ...(inner && { properties: inner }),
    ...(isObject && { unevaluatedProperties: false }),
  };
}

/** What is wrong with the examples of a section. A response belongs to the last request with its id in the section. */
export function exampleFaults({ title, text }: Section): string[] {
  const blocks = jsonBlocks(text).map(framesOf);
  const refused = refusedRequests(blocks.flatMap(frames => frames ?? []));
  const asked = new Map<unknown, Rpc>();
  return blocks.flatMap((frames, index) => {
    const faults = frames === null ? ['is not JSON'] : frames.flatMap(frame => faultsOfFrame(frame, asked, refused));
    return faults.map(fault => `${title}, example ${index + 1}: ${fault}`);
  });
}

function framesOf(block: string): Rpc[] | null {
  try {
    const value = JSON.parse(block) as Rpc | Rpc[];
    return Array.isArray(value) ? value : [value];
  } catch {
    return null;
  }
}

/** Requests that the section shows to be answered with `invalid_params`. */
function refusedRequests(frames: Rpc[]): Map<Rpc, RpcError> {
  const asked = new Map<unknown, Rpc>();
  const refused = new Map<Rpc, RpcError>();
  for (const frame of frames) {
    if (frame.method !== undefined) asked.set(frame.id, frame);
    const request = asked.get(frame.id);
    if (request && frame.error?.data?.name === 'invalid_params') refused.set(request, frame.error);
  }
  return refused;
}

function faultsOfFrame(frame: Rpc, asked: Map<unknown, Rpc>, refused: Map<Rpc, RpcError>): string[] {
  if (frame.jsonrpc !== '2.0') return ['lacks "jsonrpc": "2.0"'];
  if (frame.method === undefined) return faultsOfResponse(frame, asked.get(frame.id));
  if (frame.id !== undefined) asked.set(frame.id, frame);
  const refusal = refused.get(frame);
  return refusal ? faultsOfRefusal(frame, refusal) : faultsOfRequest(frame);
}

/** The error must be the very one that the code answers. */
function faultsOfRefusal({ method, params }: Rpc, { message, data }: RpcError): string[] {
  try {
    schemas.check(method!, params);
    return ['the request is not refused'];
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error;
    const { path, reason } = error.details;
    const isSame = error.message === message && path === data?.path && reason === data?.reason;
    return isSame ? [] : [`the answer is: ${error.message}`];
  }
}

function faultsOfRequest({ method, params = {} }: Rpc): string[] {
  if (!methods.has(method!)) return [`there is no method ${method}`];
  const messages = (params as { messages?: WireTimes[] }).messages ?? [];
  return [...faultsOf(validatorOf(method!, 'params'), params), ...messages.flatMap(faultsOfMessage)];
}

function faultsOfResponse({ id, result, error }: Rpc, request: Rpc | undefined): string[] {
  if (request === undefined) return [`no request has the id ${JSON.stringify(id)}`];
  if (error !== undefined) return faultsOfError(error);
  const part = request.method === 'deliver' && Object.hasOwn(Object(result), 'nack') ? 'nack' : 'result';
  const messages = (result as { messages?: WireTimes[] }).messages ?? [];
  return [...faultsOf(validatorOf(request.method!, part), result), ...messages.flatMap(faultsOfMessage)];
}

function faultsOfError({ code, data = {} }: RpcError): string[] {
  const kind = Object.hasOwn(errorKinds, String(data.name)) ? errorKinds[data.name as ErrorName] : undefined;
  if (kind === undefined) return [`there is no error ${data.name}`];
  const isAsDescribed = kind.code === code && kind.outcome === data.outcome && kind.retryable === data.retryable;
  return isAsDescribed ? [] : [`${data.name} is not described like this`];
}

function faultsOf(validate: ValidateFunction, value: unknown): string[] {
  if (validate(value)) return [];
  return validate.errors!.map(
    error => `${error.instancePath || 'it'} ${error.message} ${JSON.stringify(error.params)}`,
  );
}

interface WireTimes {
  data: unknown;
  size: number;
  pub_time_iso: string;
  recv_time_iso: string;
  expiration: number;
  expiration_time_iso: string;
}

/** The rules between the attributes of one message, which no schema states. */
function faultsOfMessage({ data, size, expiration, ...times }: WireTimes): string[] {
  const text = typeof data === 'string' ? data : JSON.stringify(data);
  const faults: string[] = [];
  if (Buffer.byteLength(text) !== size) faults.push(`size is ${Buffer.byteLength(text)} and not ${size}`);
  if (!(times.recv_time_iso > times.pub_time_iso)) faults.push('recv_time_iso is not later than pub_time_iso');
  const isSeconds = Date.parse(times.expiration_time_iso) - Date.parse(times.recv_time_iso) === expiration * 1000;
  const isMicros = times.expiration_time_iso.slice(19) === times.recv_time_iso.slice(19);
  if (!isSeconds || !isMicros) faults.push('expiration_time_iso is not recv_time_iso + expiration');
  return faults;
}
