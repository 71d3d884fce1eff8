import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { errorText, notificationText, requestText, resultText } from '../../src/protocol/answer.js';
import { type ErrorName, errorKinds, HoldfastError } from '../../src/protocol/errors.js';
import { readFrame } from '../../src/protocol/frame.js';

const test = suite('answer');

test('puts id and result into an answer as they are', () => {
  assert.is(resultText('1.50', '{"a":1.0}'), '{"jsonrpc":"2.0","id":1.50,"result":{"a":1.0}}');
});

for (const name of Object.keys(errorKinds) as ErrorName[]) {
  test(`tells what became of a request that failed with ${name}`, () => {
    const { code, outcome, retryable } = errorKinds[name];
    const text = errorText('"x"', new HoldfastError(name, 'Say "why"\n', { path: 'data', reason: 'is missing' }));
    assert.equal(JSON.parse(text), {
      jsonrpc: '2.0',
      id: 'x',
      error: { code, message: 'Say "why"\n', data: { name, outcome, retryable, path: 'data', reason: 'is missing' } },
    });
  });
}

test('writes what its own reader reads back', () => {
  const told = [
    resultText('7', 'null'),
    errorText('8', new HoldfastError('conflict', 'No')),
    requestText(9, 'deliver', '{"messages":[1.0]}'),
    notificationText('odd "name"', '[]'),
  ].map(text => readFrame(text, { depthMax: 8, batchMax: 1 }).entries[0]!);
  assert.equal(
    told.map(entry => [entry.kind, entry.id]),
    [
      ['response', 7],
      ['response', 8],
      ['request', '9'],
      ['request', null],
    ],
  );
  assert.is(told[2]!.kind === 'request' && told[2].raw('messages'), '[1.0]');
  assert.is(told[3]!.kind === 'request' && told[3].method, 'odd "name"');
});

test.run();
