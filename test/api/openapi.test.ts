import { existsSync, readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { limits } from '../../src/protocol/limits.js';
import { Access } from '../../src/transport/access.js';
import { Admission } from '../../src/transport/admission.js';
import { Bodies } from '../../src/transport/body.js';
import { RestRoutes } from '../../src/transport/rest.js';
import { restStub } from '../transport/rig.js';
import { methods, readSchema, root, type SchemaNode, schemaFiles } from './schema-files.js';

const test = suite('openapi.json');

interface Parameter extends SchemaNode {
  name: string;
  in: string;
}

interface Operation {
  parameters?: Parameter[];
  responses: Record<string, unknown>;
}

interface Document {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, SchemaNode> };
}

const file = new URL('schemas/openapi.json', root);
const document = JSON.parse(readFileSync(file, 'utf8')) as Document;
const { publication, options, error } = document.components.schemas as Record<string, SchemaNode>;

const parametersOf = (method: string) => Object.keys(methods.get(method)!.$defs.params.properties!);
const without = (names: string[], ...left: string[]) => names.filter(name => !left.includes(name));

/** Each `$ref` of the document. */
function references(node: unknown): string[] {
  if (typeof node !== 'object' || node === null) return [];
  const own = (node as SchemaNode).$ref;
  return [...(own === undefined ? [] : [own]), ...Object.values(node).flatMap(references)];
}

function isThere(reference: string): boolean {
  const [path, pointer] = reference.split('#') as [string, string];
  const target = new URL(path, file);
  if (!existsSync(target)) return false;
  let node: unknown = JSON.parse(readFileSync(target, 'utf8'));
  for (const part of pointer.split('/').slice(1)) node = (node as Record<string, unknown> | undefined)?.[part];
  return node !== undefined;
}

test('its paths and methods are those of the server', () => {
  const access = new Access({ host: '127.0.0.1', port: 1, allowedHosts: [], allowedOrigins: [] });
  const admission = new Admission(access, { verify: async () => null });
  const { table } = new RestRoutes(admission, restStub, new Bodies(limits));
  const served = Object.entries(table)
    .filter(([path]) => !path.startsWith('/zato/'))
    .map(([path, answers]) => [path, Object.keys(answers).map(name => name.toLowerCase())]);
  const described = Object.entries(document.paths).map(([path, item]) => [
    path,
    Object.keys(item).filter(name => name !== 'parameters'),
  ]);
  assert.equal(described, served);
  const second = Object.keys(table).filter(path => path.startsWith('/zato/'));
  assert.equal(
    second,
    served.map(([path]) => `/zato${path}`),
  );
});

test('a body that is published has the parameters of publish, and so has the query', () => {
  assert.equal(Object.keys(publication!.properties!), without(parametersOf('publish'), 'topic_name'));
  const query = document.paths['/pubsub/topic/{topic_name}']!.post!.parameters!.map(({ name }) => name);
  assert.equal(query, without(parametersOf('publish'), 'topic_name', 'data', 'user_ctx'));
});

test('the options are those of subscribe that REST takes', () => {
  const refused = ['topic_name', 'topic_name_list', 'name', 'delivery_method', 'unsub_on_close'];
  assert.equal(Object.keys(options!.properties!), without(parametersOf('subscribe'), ...refused));
});

test('all that it refers to is there', () => {
  const all = references(document);
  assert.ok(all.length > 40);
  assert.equal(
    all.filter(reference => !isThere(reference)),
    [],
  );
  assert.not(isThere('api/publish.json#/$defs/params/properties/priorty'));
  assert.not(isThere('api/publsh.json#/$defs'));
});

test('its schemas take what the server takes and answers', () => {
  const ajv = new Ajv2020({ strict: false });
  formats.default(ajv, ['date-time']);
  for (const name of schemaFiles()) ajv.addSchema(readSchema<object>(name), `api/${name}`);
  ajv.addSchema(document, 'openapi.json');
  const validates = (name: string, value: unknown) =>
    ajv.validate({ $ref: `openapi.json#/components/schemas/${name}` }, value);
  assert.ok(validates('publication', { data: null, priority: 9, user_ctx: [1] }));
  assert.not(validates('publication', { data: 1, priority: 10 }));
  assert.not(validates('publication', { data: 1, topic_name: '/a' }));
  assert.ok(validates('options', { delivery_batch_size: 3 }));
  assert.not(validates('options', { name: 'x' }));
  assert.ok(validates('error', { result: 'Error', cid: 'x', details: 'y' }));
  assert.equal(error!.required, ['result', 'cid', 'details']);
});

test.run();
