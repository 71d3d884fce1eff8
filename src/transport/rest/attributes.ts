import { HoldfastError } from '../../protocol/errors.js';

const lists = new Set(['deliver_to_sk', 'reply_to_sk']);
const numbers = new Set(['priority', 'expiration', 'delay', 'position_in_group']);
/** What has a place of its own. */
const elsewhere = new Map([
  ['topic_name', 'stands in the path'],
  ['data', 'stands in the body'],
  ['user_ctx', 'is any JSON, and stands in a JSON body'],
]);

/**
 * The attributes of a message that stand in the query. What is unknown, or not of its type, is given on as it is: the
 * schema tells. Throws `invalid_params` for what has its place elsewhere or comes twice.
 */
export function attributesOf(query: string): Record<string, unknown> {
  const given = new URLSearchParams(query);
  return Object.fromEntries([...new Set(given.keys())].map(name => [name, valueFrom(name, given.getAll(name))]));
}

function valueFrom(name: string, values: string[]): unknown {
  if (elsewhere.has(name)) throw refusal(name, elsewhere.get(name)!);
  if (lists.has(name)) return values;
  const [value] = values as [string];
  if (values.length > 1) throw refusal(name, 'stands in the query more than once');
  if (numbers.has(name)) return /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value;
  if (name === 'has_gd' && (value === 'true' || value === 'false')) return value === 'true';
  return value;
}

function refusal(path: string, reason: string): HoldfastError {
  return new HoldfastError('invalid_params', `publish: ${path} ${reason}`, { path, reason });
}
