import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A part of a JSON Schema, as far as tests look into it. */
export interface SchemaNode {
  $ref?: string;
  type?: string;
  description?: string;
  default?: unknown;
  enum?: unknown[];
  const?: unknown;
  required?: string[];
  properties?: Record<string, SchemaNode>;
  items?: SchemaNode;
  anyOf?: SchemaNode[];
  allOf?: SchemaNode[];
  oneOf?: SchemaNode[];
  additionalProperties?: boolean;
  minLength?: number;
  maxLength?: number;
  maxBytes?: number;
  minItems?: number;
  maxItems?: number;
  maxProperties?: number;
  minimum?: number;
  exclusiveMinimum?: number;
  maximum?: number;
  format?: string;
  'x-form'?: string;
}

export interface MethodSchema {
  $id: string;
  description: string;
  'x-direction': 'to_server' | 'to_client';
  $defs: { params: SchemaNode; result?: SchemaNode; nack?: SchemaNode };
}

export const root = packageRoot();
export const definitions = readSchema<{ $id: string; $defs: Record<string, SchemaNode> }>('definitions.json');

/** The schemas of all methods, by name. */
export const methods = new Map(
  schemaFiles()
    .filter(file => file !== 'definitions.json')
    .map(file => [file.slice(0, -'.json'.length), readSchema<MethodSchema>(file)]),
);

export function schemaFiles(): string[] {
  return readdirSync(new URL('schemas/api/', root)).sort();
}

export function readSchema<Schema>(file: string): Schema {
  return JSON.parse(readFileSync(new URL(`schemas/api/${file}`, root), 'utf8')) as Schema;
}

export function readDoc(file: string): string {
  return readFileSync(new URL(`docs/${file}`, root), 'utf8');
}

/** A schema with its reference followed; what stands beside the reference wins. */
export function resolved(node: SchemaNode): SchemaNode {
  if (node.$ref === undefined) return node;
  const { $ref, ...own } = node;
  const [, , ...path] = $ref.slice($ref.indexOf('#')).split('/');
  const target = path.reduce<unknown>((inner, key) => (inner as Record<string, unknown>)[key], definitions.$defs);
  return { ...resolved(target as SchemaNode), ...own };
}

/** Properties of an object, those that it takes over from others included. */
export function propertiesOf(node: SchemaNode): Record<string, SchemaNode> {
  const { properties = {}, allOf = [] } = resolved(node);
  return Object.assign({}, ...allOf.map(propertiesOf), properties) as Record<string, SchemaNode>;
}

export function requiredOf(node: SchemaNode): string[] {
  const { required = [], allOf = [] } = resolved(node);
  return [...allOf.flatMap(requiredOf), ...required];
}

function packageRoot(): URL {
  let folder = new URL('.', import.meta.url);
  while (!existsSync(new URL('package.json', folder))) folder = new URL('..', folder);
  return folder;
}

export function rootPath(path: string): string {
  return fileURLToPath(new URL(path, root));
}
