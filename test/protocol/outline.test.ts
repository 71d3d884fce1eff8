import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { RequestEntry } from '../../src/protocol/request.js';
import { jsonText, keyText, objectText } from './json-texts.js';
import { request } from './reading.js';

const test = suite('outline');

test('carries data as it was written: numbers, escapes, order of keys and white space inside', () => {
  const data = '{ "z" : 12345678901234567890.10, "a":"\\u0041\\/\\ud800", "a" : [1.0,  -0] }';
  const entry = request(
    `{"jsonrpc":"2.0","id":1,"method":"publish","params":{"topic_name":"/a","data" :\n ${data}\t, "priority":9 }}`,
  );
  assert.is(entry.raw('data'), data);
  assert.is(entry.raw('priority'), '9');
  assert.is(entry.raw('topic_name'), '"/a"');
  assert.is(entry.raw('nothing'), undefined);
});

test('finds members only at the top of params', () => {
  const entry = request(
    '{"jsonrpc":"2.0","data":1,"method":"x","params":{"other":{"data":2},"list":[{"data":3}]},"data":4}',
  );
  assert.is(entry.raw('data'), undefined);
  assert.is(entry.raw('method'), undefined);
});

test('has no members in params that are an array or absent', () => {
  assert.is(request('{"jsonrpc":"2.0","method":"x","params":["data",{"data":1}]}').raw('data'), undefined);
  assert.is(request('{"jsonrpc":"2.0","method":"x"}').raw('data'), undefined);
});

test('is not taken in by a name that is the spelling of another', () => {
  const entry = request('{"jsonrpc":"2.0","method":"x","params":{"a\\nb":1}}');
  assert.is(entry.raw('a\nb'), '1');
  assert.is(entry.raw('a\\nb'), undefined);
});

test('reads __proto__ as a member like any other, and changes no prototype', () => {
  const entry = request(
    '{"jsonrpc":"2.0","method":"x","__proto__":{"id":5},"params":{"__proto__":{"admin":true},"data":1,"constructor":2}}',
  );
  assert.is(entry.id, null);
  assert.is(entry.raw('__proto__'), '{"admin":true}');
  assert.is(Object.getPrototypeOf(entry.params), Object.prototype);
  assert.ok(Object.hasOwn(entry.params ?? {}, '__proto__'));
  assert.is(({} as Record<string, unknown>).admin, undefined);
  assert.is(request('{"jsonrpc":"2.0","method":"x","params":{}}').raw('constructor'), undefined);
});

/** Whether what a request says of its params in text is what `JSON.parse` says of them in values. */
function rawAgrees(
  raw: (entry: RequestEntry, key: string, paramsText: string) => string | undefined,
): fc.IProperty<[string, string]> {
  return fc.property(objectText(jsonText), keyText, (paramsText, otherKey) => {
    const text = ` {"jsonrpc" :"2.0", "params": ${paramsText} ,"method":"x"}`;
    const entry = request(text);
    const params = JSON.parse(paramsText) as Record<string, unknown>;
    assert.equal(JSON.stringify(entry.params), JSON.stringify(params));
    for (const key of [...Object.keys(params), JSON.parse(otherKey) as string]) {
      const found = raw(entry, key, paramsText);
      if (!Object.hasOwn(params, key)) {
        assert.is(found, undefined);
        continue;
      }
      assert.is(JSON.stringify(JSON.parse(found ?? '')), JSON.stringify(params[key]));
      assert.ok(text.includes(found!));
      assert.is(found, found!.trim());
    }
  });
}

test('has the same in text as in values, for any JSON', () => {
  fc.assert(
    rawAgrees((entry, key) => entry.raw(key)),
    { numRuns: 1_000 },
  );
});

test('would be caught if it took the first of two members, or encoded the value anew', () => {
  const first = rawAgrees((_, key, paramsText) => {
    const other = request(`{"jsonrpc":"2.0","method":"x","params":${paramsText.replace(/^\{/, '{"data":"planted",')}}`);
    return key === 'data' ? '"planted"' : other.raw(key);
  });
  const anew = rawAgrees((entry, key) => JSON.stringify((entry.params as Record<string, unknown>)[key]));
  assert.ok(fc.check(first, { numRuns: 1_000 }).failed);
  assert.ok(fc.check(anew, { numRuns: 1_000 }).failed);
});

test.run();
