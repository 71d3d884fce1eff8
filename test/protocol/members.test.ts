import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { HoldfastError } from '../../src/protocol/errors.js';
import { readObject } from '../../src/protocol/members.js';
import { memberText } from '../../src/protocol/outline.js';

const test = suite('members of a text');

/** The name of the error, or null if there is none. */
function faultOf(text: string, depthMax = 3): string | null {
  try {
    readObject(text, depthMax, 'The body');
    return null;
  } catch (error) {
    assert.instance(error, HoldfastError);
    assert.match((error as HoldfastError).message, /^The body /);
    return (error as HoldfastError).name;
  }
}

test('are found as they were written, the last of two, whatever their spelling', () => {
  const text = ' { "a" : 1.0, "b":[ 2 ] , "\\u0061" : 10000000000000000000.0 } ';
  const { value, spans } = readObject(text, 3, 'The body');
  assert.equal(value, { a: 1e19, b: [2] });
  assert.is(memberText(text, spans, 'a'), '10000000000000000000.0');
  assert.is(memberText(text, spans, 'b'), '[ 2 ]');
  assert.is(memberText(text, spans, 'c'), undefined);
});

test('are those of an object, and of nothing else', () => {
  for (const text of ['[]', '1', '"{}"', 'null']) assert.is(faultOf(text), 'invalid_request', text);
  for (const text of ['', '{', '{} {}', '{"a":1,}', "{'a':1}", '\ufeff{}'])
    assert.is(faultOf(text), 'parse_error', text);
  assert.is(faultOf('{}'), null);
});

test('may be nested so deeply, and no deeper, and a text of brackets takes no stack', () => {
  assert.is(faultOf('{"a":[[]]}'), null);
  assert.is(faultOf('{"a":[[[]]]}'), 'invalid_request');
  assert.is(faultOf(`{"a":${'['.repeat(1_000_000)}`), 'invalid_request');
});

test.run();
