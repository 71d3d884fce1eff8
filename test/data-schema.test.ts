import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { compileDataSchema } from '../src/data-schema.js';
import { HoldfastError } from '../src/protocol/errors.js';
import { limits } from '../src/protocol/limits.js';

const test = suite('data schema');

function refusal(run: () => unknown): HoldfastError {
  try {
    run();
  } catch (error) {
    assert.instance(error, HoldfastError, String(error));
    return error as HoldfastError;
  }
  throw new Error('It was not refused.');
}

test('lets through what fits, and says where and why something does not', () => {
  const items = { type: 'array', items: { type: 'object', required: ['id'], properties: { id: { type: 'integer' } } } };
  const check = compileDataSchema({ type: 'object', properties: { items }, additionalProperties: false });
  check('{"items": [{"id": 1}, {"id": 2, "more": 1e3}]}');
  check('{}');
  assert.match(
    refusal(() => check('{"items": [{"id": 1}, {"id": "x"}]}')).message,
    /data\.items\[1\]\.id must be integer/,
  );
  assert.match(refusal(() => check('[]')).message, /data must be object/);
  assert.equal(refusal(() => check('{"items": [{}]}')).details.path, 'data.items[0]');
});

for (const [title, schema] of [
  ['an unknown keyword', { typ: 'object' }],
  ['an unknown type', { type: 'thing' }],
  ['a reference to another document', { $ref: 'https://example.com/other.json' }],
  ['an asynchronous schema', { $async: true, type: 'object' }],
  ['a pattern that is none', { pattern: '(' }],
  ['a schema that is too large', { description: 'x'.repeat(limits.data_schema_bytes_max) }],
] as const) {
  test(`refuses ${title}, naming the schema`, () => {
    const { name, details } = refusal(() => compileDataSchema(schema));
    assert.equal([name, details.path], ['invalid_params', 'schema']);
  });
}

test('a check that would take ages ends, and the next one works', () => {
  const slow = compileDataSchema({ type: 'string', pattern: '^(a+)+$' });
  slow('"aaa"');
  const { details } = refusal(() => slow(JSON.stringify(`${'a'.repeat(60)}!`)));
  assert.match(String(details.reason), /takes longer than/);
  slow('"aaa"');
  const either = { type: 'array', items: { $ref: '#' } };
  const deep = { anyOf: [either, either] };
  const nested = `${'['.repeat(60)}1${']'.repeat(60)}`;
  assert.match(String(refusal(() => compileDataSchema(deep)(nested)).details.reason), /takes longer than/);
});

test('formats are checked, and references within the schema are followed', () => {
  const check = compileDataSchema({ $defs: { when: { type: 'string', format: 'date-time' } }, $ref: '#/$defs/when' });
  check('"2026-11-22T10:00:00Z"');
  assert.match(refusal(() => check('"yesterday"')).message, /must match format/);
});

test.run();
