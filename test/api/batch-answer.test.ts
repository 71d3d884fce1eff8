import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { BatchAnswer } from '../../src/api/batch-answer.js';
import { readFrame } from '../../src/protocol/frame.js';

const test = suite('answer to an array');

const requests =
  '{"jsonrpc":"2.0","id":1,"method":"a"},{"jsonrpc":"2.0","method":"b"},{"jsonrpc":"2.0","id":2,"method":"c"}';
const response = '{"jsonrpc":"2.0","id":7,"result":1}';

/** What was said, in its order: the answer of the array, and what happens after it. */
function answering(items: string) {
  const said: unknown[] = [];
  const { entries } = readFrame(`[${items}]`, { depthMax: 10, batchMax: 10 });
  const batch = new BatchAnswer(entries, (text, after) => {
    said.push(text);
    after?.();
  });
  return { batch, said };
}

test('it is one array, told when the last answer has come, in any order and without the notifications', () => {
  const { batch, said } = answering(requests);
  batch.answer('{"id":2}');
  batch.answer(null);
  assert.equal(said, []);
  batch.answer('{"id":1}');
  assert.equal(said, ['[{"id":2},{"id":1}]']);
});

test('what follows an answer happens after the array has been sent', () => {
  const { batch, said } = answering(requests);
  batch.answer('{"id":1}', () => said.push('first'));
  batch.answer(null, () => said.push('second'));
  batch.answer('{"id":2}');
  assert.equal(said, ['[{"id":1},{"id":2}]', 'first', 'second']);
});

test('responses are not waited for', () => {
  const { batch, said } = answering(`${response},{"jsonrpc":"2.0","id":1,"method":"a"},${response}`);
  batch.answer('{"id":1}');
  assert.equal(said, ['[{"id":1}]']);
});

test('notifications alone are answered with nothing, once they are done', () => {
  const { batch, said } = answering('{"jsonrpc":"2.0","method":"a"},{"jsonrpc":"2.0","method":"b"}');
  batch.answer(null);
  assert.equal(said, []);
  batch.answer(null);
  assert.equal(said, [null]);
});

test('responses alone are answered with nothing, at once', () => {
  assert.equal(answering(`${response},${response}`).said, [null]);
});

test.run();
