import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readFrame } from '../../src/protocol/frame.js';
import { jsonText } from './json-texts.js';
import { read, request, single, told, toldFrame } from './reading.js';

const test = suite('frame');
// ---------------------------------------------------------------- section 7 of the JSON-RPC 2.0 specification

const examples: [title: string, text: string, ...expected: string[]][] = [
  [
    'positional parameters',
    '{"jsonrpc": "2.0", "method": "subtract", "params": [42, 23], "id": 1}',
    'single',
    'request 1 subtract [42,23]',
  ],
  ['its answer', '{"jsonrpc": "2.0", "result": 19, "id": 1}', 'single', 'response [1,19,null]'],
  [
    'positional parameters, the other way round',
    '{"jsonrpc": "2.0", "method": "subtract", "params": [23, 42], "id": 2}',
    'single',
    'request 2 subtract [23,42]',
  ],
  ['its answer', '{"jsonrpc": "2.0", "result": -19, "id": 2}', 'single', 'response [2,-19,null]'],
  [
    'named parameters',
    '{"jsonrpc": "2.0", "method": "subtract", "params": {"subtrahend": 23, "minuend": 42}, "id": 3}',
    'single',
    'request 3 subtract {"subtrahend":23,"minuend":42}',
  ],
  [
    'named parameters in another order',
    '{"jsonrpc": "2.0", "method": "subtract", "params": {"minuend": 42, "subtrahend": 23}, "id": 4}',
    'single',
    'request 4 subtract {"minuend":42,"subtrahend":23}',
  ],
  [
    'a notification',
    '{"jsonrpc": "2.0", "method": "update", "params": [1,2,3,4,5]}',
    'single',
    'request null update [1,2,3,4,5]',
  ],
  [
    'a notification without parameters',
    '{"jsonrpc": "2.0", "method": "foobar"}',
    'single',
    'request null foobar undefined',
  ],
  [
    'a method that does not exist is for the caller to find out',
    '{"jsonrpc": "2.0", "method": "foobar", "id": "1"}',
    'single',
    'request "1" foobar undefined',
  ],
  [
    'its answer',
    '{"jsonrpc": "2.0", "error": {"code": -32601, "message": "Method not found"}, "id": "1"}',
    'single',
    'response ["1",null,{"code":-32601,"message":"Method not found"}]',
  ],
  ['invalid JSON', '{"jsonrpc": "2.0", "method": "foobar, "params": "bar", "baz]', 'single', 'invalid null -32700'],
  ['an invalid request object', '{"jsonrpc": "2.0", "method": 1, "params": "bar"}', 'single', 'invalid null -32600'],
  [
    'an array of invalid JSON',
    '[ {"jsonrpc": "2.0", "method": "sum", "params": [1,2,4], "id": "1"}, {"jsonrpc": "2.0", "method" ]',
    'single',
    'invalid null -32700',
  ],
  ['an empty array', '[]', 'single', 'invalid null -32600'],
  ['an invalid array that is not empty', '[1]', 'array', 'invalid null -32600'],
  ['an invalid array', '[1,2,3]', 'array', 'invalid null -32600', 'invalid null -32600', 'invalid null -32600'],
  [
    'a mixed array',
    `[
      {"jsonrpc": "2.0", "method": "sum", "params": [1,2,4], "id": "1"},
      {"jsonrpc": "2.0", "method": "notify_hello", "params": [7]},
      {"jsonrpc": "2.0", "method": "subtract", "params": [42,23], "id": "2"},
      {"foo": "boo"},
      {"jsonrpc": "2.0", "method": "foo.get", "params": {"name": "myself"}, "id": "5"},
      {"jsonrpc": "2.0", "method": "get_data", "id": "9"}
    ]`,
    'array',
    'request "1" sum [1,2,4]',
    'request null notify_hello [7]',
    'request "2" subtract [42,23]',
    'invalid null -32600',
    'request "5" foo.get {"name":"myself"}',
    'request "9" get_data undefined',
  ],
  [
    'an array of notifications',
    `[
      {"jsonrpc": "2.0", "method": "notify_sum", "params": [1,2,4]},
      {"jsonrpc": "2.0", "method": "notify_hello", "params": [7]}
    ]`,
    'array',
    'request null notify_sum [1,2,4]',
    'request null notify_hello [7]',
  ],
];

for (const [title, text, ...expected] of examples) {
  test(`reads the specification's example of ${title}: ${text.slice(0, 60)}`, () => {
    assert.equal(toldFrame(text), expected);
  });
}

// ---------------------------------------------------------------- ids

for (const id of ['1', '-0', '1.50', '1e2', '123456789012345678901234567890', '"a"', '"\\u0061\\n"', '""', 'null']) {
  test(`gives the id ${id} back as it was written`, () => {
    assert.is(request(`{"jsonrpc":"2.0","id" : ${id} ,"method":"ping"}`).id, id);
  });
}

for (const id of ['true', '{}', '[1]']) {
  test(`refuses the id ${id}, and answers it with null`, () => {
    assert.is(told(single(`{"jsonrpc":"2.0","id":${id},"method":"ping"}`)), 'invalid null -32600');
  });
}

test('tells an id of null from a notification', () => {
  assert.is(request('{"jsonrpc":"2.0","id":null,"method":"ping"}').id, 'null');
  assert.is(request('{"jsonrpc":"2.0","method":"ping"}').id, null);
});

test('takes the last of several ids, methods and params', () => {
  const entry = request(
    '{"id":1,"jsonrpc":"2.0","params":{"data":1,"old":2},"method":"a","\\u0069d":2,"method":"b","params":{"data":3}}',
  );
  assert.is(told(entry), 'request 2 b {"data":3}');
  assert.is(entry.raw('data'), '3');
  assert.is(entry.raw('old'), undefined);
});

// ---------------------------------------------------------------- requests and responses

for (const [fault, text] of [
  ['no version', '{"id":7,"method":"ping"}'],
  ['another version', '{"jsonrpc":"1.0","id":7,"method":"ping"}'],
  ['a version that is a number', '{"jsonrpc":2.0,"id":7,"method":"ping"}'],
  ['neither method nor result nor error', '{"jsonrpc":"2.0","id":7}'],
  ['a method of null', '{"jsonrpc":"2.0","id":7,"method":null}'],
  ['params that are a string', '{"jsonrpc":"2.0","id":7,"method":"ping","params":"x"}'],
  ['params that are null', '{"jsonrpc":"2.0","id":7,"method":"ping","params":null}'],
] as const) {
  test(`refuses a request with ${fault}, under its id`, () => {
    assert.is(told(single(text)), 'invalid 7 -32600');
  });
}

for (const text of ['1', '"ping"', 'null', 'true', ' 1 ']) {
  test(`refuses ${text} in the place of an object`, () => {
    assert.is(told(single(text)), 'invalid null -32600');
  });
}

for (const text of ['', ' ', '{', '{}}', '[1,]', '[{"a":1}', '{"a" 1}', '\ufeff{}', "{'a':1}", '{"a":01}', '"\t"']) {
  test(`answers what is not JSON with one parse error: ${JSON.stringify(text)}`, () => {
    assert.is(told(single(text)), 'invalid null -32700');
  });
}

test('tells requests, notifications and responses of one array apart, in their order', () => {
  assert.equal(
    toldFrame(
      '[{"jsonrpc":"2.0","id":1,"method":"a"},{"jsonrpc":"2.0","id":4,"result":null},{"jsonrpc":"2.0","method":"b"},{"jsonrpc":"2.0","id":5,"error":{"code":1}}]',
    ),
    [
      'array',
      'request 1 a undefined',
      'response [4,null,null]',
      'request null b undefined',
      'response [5,null,{"code":1}]',
    ],
  );
});

test('takes a message with a method for a request, whatever else it has', () => {
  assert.is(told(single('{"jsonrpc":"2.0","id":1,"method":"a","result":1,"error":2}')), 'request 1 a undefined');
});

test('keeps an absent result or error of a response undefined', () => {
  const answered = single('{"jsonrpc":"2.0","id":1,"result":null}');
  assert.is(answered.kind === 'response' && answered.result, null);
  assert.is(answered.kind === 'response' && answered.error, undefined);
  const failed = single('{"jsonrpc":"2.0","id":1,"error":{}}');
  assert.is(failed.kind === 'response' && failed.result, undefined);
});

test('reads a response without a usable id as one that belongs to nothing, since it is never answered', () => {
  assert.is(told(single('{"jsonrpc":"2.0","result":1}')), 'response [null,1,null]');
  assert.is(told(single('{"id":[1],"result":1}')), 'response [null,1,null]');
});

// ---------------------------------------------------------------- limits

function nested(depth: number): string {
  return `${'['.repeat(depth)}${']'.repeat(depth)}`;
}

test('takes what is nested as deep as the limit, and refuses one level more, under its id', () => {
  // The frame and its params are the first two levels.
  assert.is(request(`{"jsonrpc":"2.0","id":"a","method":"x","params":{"data":${nested(62)}}}`).id, '"a"');
  const entry = single(`{"jsonrpc":"2.0","id":"a","method":"x","params":{"data":${nested(63)}}}`);
  assert.is(told(entry), 'invalid "a" -32600');
  assert.match(entry.kind === 'invalid' ? entry.error.message : '', 'json_depth_max is 64');
});

test('counts the message itself and its params as levels', () => {
  const text = '{"jsonrpc":"2.0","method":"x","params":{"data":1}}';
  assert.is(readFrame(text, { depthMax: 2, batchMax: 1 }).entries[0]!.kind, 'request');
  assert.is(readFrame(text, { depthMax: 1, batchMax: 1 }).entries[0]!.kind, 'invalid');
  assert.is(readFrame(`[${text}]`, { depthMax: 3, batchMax: 1 }).entries[0]!.kind, 'request');
  assert.is(readFrame(`[${text}]`, { depthMax: 2, batchMax: 1 }).entries[0]!.kind, 'invalid');
});

test('finds the id of what is nested too deeply behind it too', () => {
  assert.is(told(single(`{"params":{"data":${nested(63)}},"id":9,"jsonrpc":"2.0","method":"x"}`)), 'invalid 9 -32600');
});

test('does not echo an id that is no JSON from a frame that it did not parse', () => {
  assert.is(told(single(`{"method":"x","id":nope,"params":${nested(64)}}`)), 'invalid null -32600');
  assert.is(told(single(`{"method":"x","id":"\\x","params":${nested(64)}}`)), 'invalid null -32600');
  assert.is(told(single(`{"method":"x","id":["a"],"params":${nested(64)}}`)), 'invalid null -32600');
});

test('does not use the id of a response that is nested too deeply, for it is not the peer’s', () => {
  assert.is(told(single(`{"jsonrpc":"2.0","id":7,"result":${nested(64)}}`)), 'invalid null -32600');
});

test('counts the array around messages as a level', () => {
  assert.equal(toldFrame(`[{"jsonrpc":"2.0","method":"x","params":${nested(62)}}]`).length, 2);
  assert.equal(toldFrame(`[{"jsonrpc":"2.0","method":"x","params":${nested(63)}}]`), ['single', 'invalid null -32600']);
});

test('does not count brackets within strings', () => {
  assert.is(
    request(`{"jsonrpc":"2.0","method":"x","params":{"data":"${'[{'.repeat(200)}\\"${'['.repeat(200)}"}}`).id,
    null,
  );
});

test('refuses a million open brackets without going down into them', () => {
  assert.is(told(single('['.repeat(1_000_000))), 'invalid null -32600');
  assert.is(told(single('{"a":'.repeat(1_000_000))), 'invalid null -32600');
});

test('takes as many messages in an array as the limit, and refuses one more as a whole', () => {
  const message = '{"jsonrpc":"2.0","id":1,"method":"ping"}';
  assert.is(read(`[${Array(1_000).fill(message).join(',')}]`).entries.length, 1_000);
  const [kind, only, ...others] = toldFrame(`[${Array(1_001).fill(message).join(',')}]`);
  assert.equal([kind, only, others], ['single', 'invalid null -32012', []]);
});

// ---------------------------------------------------------------- any text

test('reads arrays of any JSON as JSON.parse does', () => {
  fc.assert(
    fc.property(fc.array(jsonText, { minLength: 1, maxLength: 5 }), values => {
      const messages = values.map(value => `{"jsonrpc":"2.0","method":"x","params":{"data":${value}}}`);
      const { entries } = read(`[ ${[...values, ...messages].join(' , ')} ]`);
      assert.is(entries.length, values.length * 2);
      for (const [index, value] of values.entries()) {
        const entry = entries[values.length + index]!;
        assert.is(entry.kind === 'request' && entry.raw('data'), value);
      }
    }),
    { numRuns: 300 },
  );
});

test('answers any text at all, and refuses exactly what JSON.parse refuses', () => {
  const broken = fc
    .tuple(jsonText, fc.nat(), fc.constantFrom('', '"', '\\', '{', ']', ',', ':', ' ', 'x'))
    .map(([text, place, bit]) => {
      const at = place % (text.length + 1);
      return text.slice(0, at) + bit + text.slice(at + 1);
    });
  fc.assert(
    fc.property(
      fc.oneof(
        broken,
        broken.map(text => `[${text}]`),
        fc.string(),
      ),
      text => {
        const [first] = read(text).entries;
        assert.is(first!.kind === 'invalid' && first!.error.name === 'parse_error', !isJson(text));
      },
    ),
    { numRuns: 1_000 },
  );
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

test.run();
