// Writes `src/protocol/api.gen.ts` from `schemas/api/`; with `--check` only tells whether it is current.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { compile } from 'json-schema-to-typescript';

const folder = new URL('../schemas/api/', import.meta.url);
const target = new URL('../src/protocol/api.gen.ts', import.meta.url);
const banner = '// Generated from schemas/api/ by scripts/types.mjs: do not edit, run `npm run types` instead.';

const read = file => JSON.parse(readFileSync(new URL(file, folder), 'utf8'));
const { $defs: shared } = read('definitions.json');
const methods = readdirSync(folder)
  .filter(file => file.endsWith('.json') && file !== 'definitions.json')
  .sort()
  .map(file => ({ name: file.slice(0, -'.json'.length), ...read(file) }));

/** `topic.create` → `TopicCreate`, `queue_message` → `QueueMessage`. */
const typeName = text => text.replace(/(?:^|[._])(\w)/g, (_, letter) => letter.toUpperCase());

/** `definitions.json#/$defs/topic` → `topic`. */
const pointerOf = $ref => $ref.slice($ref.indexOf('#/$defs/') + '#/$defs/'.length);

/** Objects become types of their own; texts and numbers are written out where they are used. */
const hasOwnType = definition => definition.type === 'object' || definition.allOf !== undefined;

const isEmptyObject = node =>
  node.type === 'object' && Object.keys(node.properties ?? {}).length === 0 && !node.additionalProperties;
const isAnything = node => !['type', 'enum', 'const', 'anyOf', 'oneOf', 'allOf', '$ref'].some(key => key in node);

/** Alternatives that only say which parameters go together: a matter of validation, not of types. */
const isAboutPresence = alternatives => alternatives.every(one => Object.keys(one).every(key => key === 'required'));

/** The same schema in the words that the generator understands. */
function plain(node) {
  if (isEmptyObject(node)) return { description: node.description, tsType: 'Record<string, never>' };
  const { title: _title, not: _not, $ref, oneOf, ...own } = node;
  if (oneOf && !isAboutPresence(oneOf)) own.oneOf = oneOf.map(plain);
  for (const key of ['anyOf', 'allOf']) if (own[key]) own[key] = own[key].map(plain);
  if (own.items) own.items = plain(own.items);
  if (own.properties) {
    own.properties = Object.fromEntries(Object.entries(own.properties).map(([name, value]) => [name, plain(value)]));
  }
  if ($ref) {
    const pointer = pointerOf($ref);
    const definition = pointer.split('/').reduce((inner, key) => inner[key], shared);
    return hasOwnType(definition) ? { $ref: `#/$defs/${typeName(pointer)}` } : { ...plain(definition), ...own };
  }
  return isAnything(own) ? { ...own, tsType: 'unknown' } : own;
}

/** All types in one schema, so that what methods share is written once; and those that are but another name. */
function collect() {
  const types = {};
  const aliases = [];
  const table = {};
  for (const [name, definition] of Object.entries(shared)) {
    if (hasOwnType(definition)) types[typeName(name)] = plain(definition);
  }
  for (const { name, description, $defs } of methods) {
    for (const [part, definition] of Object.entries($defs)) {
      const type = typeName(name) + typeName(part);
      if (definition.$ref) aliases.push(`export type ${type} = ${typeName(pointerOf(definition.$ref))};`);
      else if (isAnything(definition)) aliases.push(`export type ${type} = unknown;`);
      else if (isEmptyObject(definition)) aliases.push(`export type ${type} = Record<string, never>;`);
      else types[type] = plain({ ...definition, description: definition.description ?? description });
    }
    const result = $defs.result ? `${typeName(name)}Result` : 'undefined';
    table[name] = { tsType: `{ params: ${typeName(name)}Params; result: ${result} }`, description };
  }
  return { types, aliases, table };
}

async function generate() {
  const { types, aliases, table } = collect();
  const schema = { type: 'object', properties: table, required: Object.keys(table), $defs: types };
  const text = await compile(schema, 'Methods', {
    bannerComment: banner,
    additionalProperties: false,
    ignoreMinAndMaxItems: true,
    unknownAny: true,
    unreachableDefinitions: true,
    style: { singleQuote: true, printWidth: 120 },
  });
  const withoutOrigins = text
    .replaceAll(
      /\n \*\n \* This interface was referenced by `Methods`'s JSON-Schema\n \* via the `definition` "\w+"\./g,
      '',
    )
    .replaceAll(
      /\/\*\*\n \* This interface was referenced by `Methods`'s JSON-Schema\n \* via the `definition` "\w+"\.\n \*\/\n/g,
      '',
    );
  return `${withoutOrigins}\n${aliases.join('\n')}\n`;
}

const current = await generate();
if (!process.argv.includes('--check')) {
  writeFileSync(target, current);
} else if (readFileSync(target, 'utf8') !== current) {
  console.error('src/protocol/api.gen.ts is not what schemas/api/ says: run `npm run types` and commit the result.');
  process.exit(1);
}
