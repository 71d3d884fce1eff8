import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { BatchAnswer } from '../../src/api/batch-answer.js';
import { readFrame } from '../../src/protocol/frame.js';

const test = suite('answer to an array');

const requests =
  '{"jsonrpc":"2.0","id":1,"method":"a"},{"jsonrpc":"2.0","method":"b"},{"jsonrpc":"2.0","id":2,"method":"c"}';
const response = '{"jsonrpc":"2.0","id":7,"result":1}';

/** What was said, in its order: the answer of the array, and what happens after it. */
function answering(items: string, charsMax = 1_000) {
  const said: unknown[] = [];
  const { entries } = readFrame(`[${items}]`, { depthMax: 10, batchMax: 10 });
  const batch = new BatchAnswer(entries, charsMax, (text, after) => {
    said.push(text);
    after?.();
  });
  const answer = (index: number, text: string | null, after?: () => void) =>
    batch.answerOf(entries[index]!)(text, after);
  return { answer, said };
}

test('it is one array, told when the last answer has come, in any order and without the notifications', () => {
  const { answer, said } = answering(requests);
  answer(2, '{"id":2}');
  answer(1, null);
  assert.equal(said, []);
  answer(0, '{"id":1}');
  assert.equal(said, ['[{"id":2},{"id":1}]']);
});

test('what follows an answer happens after the array has been sent', () => {
  const { answer, said } = answering(requests);
  answer(0, '{"id":1}', () => said.push('first'));
  answer(1, null, () => said.push('second'));
  answer(2, '{"id":2}');
  assert.equal(said, ['[{"id":1},{"id":2}]', 'first', 'second']);
});

test('responses are not waited for', () => {
  const { answer, said } = answering(`${response},{"jsonrpc":"2.0","id":1,"method":"a"},${response}`);
  answer(1, '{"id":1}');
  assert.equal(said, ['[{"id":1}]']);
});

test('notifications alone are answered with nothing, once they are done', () => {
  const { answer, said } = answering('{"jsonrpc":"2.0","method":"a"},{"jsonrpc":"2.0","method":"b"}');
  answer(0, null);
  assert.equal(said, []);
  answer(1, null);
  assert.equal(said, [null]);
});

test('responses alone are answered with nothing, at once', () => {
  assert.equal(answering(`${response},${response}`).said, [null]);
});

test('long answers that are too much together are refused one by one, short ones still come (6)', () => {
  const ids = [1, 2, 3];
  const { answer, said } = answering(ids.map(id => `{"jsonrpc":"2.0","id":${id},"method":"a"}`).join(), 1_000);
  const long = JSON.stringify({ id: 1, result: 'x'.repeat(900) });
  answer(0, long);
  answer(1, long);
  answer(2, '{"id":3}');
  const [first, second, third] = JSON.parse(said[0] as string);
  assert.equal(first, JSON.parse(long));
  assert.is(second.id, 2);
  assert.is(second.error.data.name, 'too_large');
  assert.is(second.error.data.outcome, 'unknown');
  assert.equal(third, { id: 3 });
});

test.run();
