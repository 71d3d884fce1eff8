import { propertiesOf, requiredOf, resolved, type SchemaNode } from '../api/schema-files.js';

/** The first table of a piece of Markdown whose first heading cell is `heading`, without its head; cells are trimmed. */
export function tableAfter(markdown: string, heading: string): string[][] {
  const lines = markdown.split('\n');
  const head = lines.findIndex(line => cells(line)[0] === heading);
  if (head === -1) return [];
  const rows = lines.slice(head + 2);
  const end = rows.findIndex(line => !line.startsWith('|'));
  return rows.slice(0, end === -1 ? rows.length : end).map(cells);
}

function cells(line: string): string[] {
  return line.startsWith('|')
    ? line
        .split('|')
        .slice(1, -1)
        .map(cell => cell.trim())
    : [];
}

/** The rows that a table of parameters must have: name, type, default. */
export function parameterRows(params: SchemaNode): string[][] {
  const required = new Set(requiredOf(params));
  return Object.entries(propertiesOf(params)).map(([name, node]) => [
    `\`${name}\``,
    typeOf(node),
    required.has(name) ? 'required' : defaultOf(node),
  ]);
}

/** The rows that a table of an object's members must have: name, type, and whether it may be absent. */
export function memberRows(object: SchemaNode): string[][] {
  const required = new Set(requiredOf(object));
  return Object.entries(propertiesOf(object)).map(([name, node]) => [
    `\`${name}\``,
    typeOf(node),
    required.has(name) ? 'always' : 'optional',
  ]);
}

function defaultOf(node: SchemaNode): string {
  const { default: value } = resolved(node);
  return value === undefined ? '–' : `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
}

/** What a schema lets through, in a few words. */
export function typeOf(node: SchemaNode): string {
  const schema = resolved(node);
  const name = node.$ref?.split('/').at(-1);
  if (name !== undefined && named.has(name)) return name;
  if (schema.const !== undefined) return `\`${schema.const}\``;
  if (schema.enum) return schema.enum.map(value => `\`${value}\``).join(' or ');
  if (schema.anyOf) return schema['x-form'] ?? schema.anyOf.map(typeOf).join(' or ');
  switch (schema.type) {
    case 'integer':
    case 'number':
      return `${schema.type}${range(schema)}`;
    case 'array':
      return `list of ${length(schema)}${typeOf(schema.items ?? {})}`;
    case 'string':
      if (schema.format === 'date-time') return 'time';
      return schema.maxBytes ? `text up to ${schema.maxBytes} bytes` : 'text';
    default:
      return schema.type ?? 'any JSON';
  }
}

/** Types that have a place of their own in the document. */
const named = new Set([
  'msg_id',
  'sub_key',
  'message',
  'queue_message',
  'delayed_message',
  'topic',
  'endpoint',
  'dead_letter',
  'subscription',
  'route',
]);

function length({ minItems = 0, maxItems }: SchemaNode): string {
  return maxItems === undefined ? '' : `${minItems} to ${maxItems} × `;
}

function range({ minimum, exclusiveMinimum, maximum }: SchemaNode): string {
  const safe = Number.MAX_SAFE_INTEGER;
  if (exclusiveMinimum !== undefined) return ` above ${exclusiveMinimum} up to ${maximum}`;
  if (minimum === undefined || minimum === -safe) return '';
  return maximum === undefined || maximum === safe ? ` from ${minimum}` : ` from ${minimum} to ${maximum}`;
}
