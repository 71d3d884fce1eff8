import { readdirSync, readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { listed } from '../broker/listed.js';
import { packageRoot } from '../package-root.js';
import { HoldfastError } from '../protocol/errors.js';
import { type ParamsSchema, type Refusal, refusalOf } from './refusal.js';
import { clipped, similarNames } from './similar-names.js';

/** One file of `schemas/api/`: a method, or, without `x-direction`, what methods share. */
interface SchemaFile {
  $id: string;
  'x-direction'?: 'to_server' | 'to_client';
  $defs: { params: ParamsSchema };
}

const noParams = Object.freeze({});

/** The schemas of all methods that clients may call, compiled. */
export class Schemas {
  // A Map, so that a method called `__proto__` or `constructor` is just one that does not exist.
  readonly #validators = new Map<string, ValidateFunction>();

  private constructor(files: SchemaFile[]) {
    const ajv = newAjv();
    for (const file of files) ajv.addSchema(file);
    for (const file of files.filter(one => one['x-direction'] === 'to_server')) {
      // Looked up rather than wrapped in a `$ref`, which would cost each validation one more call.
      this.#validators.set(file.$id.slice(0, -'.json'.length), ajv.getSchema(`${file.$id}#/$defs/params`)!);
    }
  }

  /** Reads and compiles `schemas/api/`. Throws if a file there is not a valid schema. */
  static load(): Schemas {
    const folder = new URL('schemas/api/', packageRoot());
    const names = readdirSync(folder).filter(name => name.endsWith('.json'));
    return new Schemas(names.map(name => JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as SchemaFile));
  }

  /** The methods that clients may call. */
  names(): string[] {
    return [...this.#validators.keys()];
  }

  /**
   * Refuses parameters that the method does not take. Throws `method_not_found`, or `invalid_params` with `path`, like
   * `msg_id_list[3]`, and `reason`, like "must be an integer from 1 to 9".
   */
  check(method: string, params: unknown): void {
    const validate = this.#validators.get(method);
    if (validate === undefined) throw methodNotFound(method, this.names());
    const given = params === undefined ? noParams : params;
    if (validate(given)) return;
    throw invalidParams(method, refusalOf(method, validate.schema as ParamsSchema, given, validate.errors ?? []));
  }
}

function invalidParams(method: string, { path, reason }: Refusal): HoldfastError {
  return new HoldfastError('invalid_params', `${method}: ${path} ${reason}`, { path, reason });
}

function methodNotFound(method: string, names: string[]): HoldfastError {
  const similar = similarNames(method, names);
  const hint = similar.length > 0 ? `did you mean ${similar.join(' or ')}?` : `there are ${listed(names)}`;
  return new HoldfastError('method_not_found', `there is no method ${clipped(method)}: ${hint}`);
}

function newAjv(): Ajv2020 {
  const ajv = new Ajv2020({
    allErrors: false,
    // Errors then carry the schema that refused, out of which the reason is made.
    verbose: true,
    strict: true,
    // Which parameters go together stands beside their definitions, not around them.
    strictRequired: false,
  });
  formats.default(ajv, ['date-time']);
  ajv.addVocabulary(['x-direction', 'x-form']);
  ajv.addKeyword({ keyword: 'maxBytes', type: 'string', schemaType: 'number', compile: atMostBytes });
  return ajv;
}

/** The bound of a text in UTF-8. No UTF-16 unit takes more than three bytes, so short texts need no counting. */
function atMostBytes(max: number): (text: string) => boolean {
  return text => text.length * 3 <= max || Buffer.byteLength(text) <= max;
}
