import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readResponse } from '../../src/api/response.js';
import { limits } from '../../src/protocol/limits.js';

const test = suite('response to a delivery');

const nacksOf = (...nack: unknown[]) => {
  const response = readResponse({ nack }, undefined);
  return response.kind === 'nacked' ? response.nacks : null;
};

test('any result but a list of nacks acknowledges all', () => {
  for (const result of [undefined, null, true, 0, 'nack', [], {}, { nack: {} }, { nack: 'zpsm1' }, { acked: [] }]) {
    assert.equal(readResponse(result, undefined), { kind: 'acked' });
  }
});

test('a list of nacks names messages, each with its delay or without', () => {
  assert.equal(nacksOf({ msg_id: 'zpsm1', delay: 1.5 }, { msg_id: 'zpsm2' }, { msg_id: 'zpsm3', delay: 0 }), [
    { msgId: 'zpsm1', delay: 1.5 },
    { msgId: 'zpsm2' },
    { msgId: 'zpsm3', delay: 0 },
  ]);
  assert.equal(nacksOf(), []);
});

test('an item that names no message is passed over', () => {
  assert.equal(nacksOf(null, 1, 'zpsm1', [], {}, { msg_id: 1 }, { msg_id: null, delay: 1 }), []);
});

test('a delay that is no number of seconds counts as none given', () => {
  for (const delay of [-1, '5', null, {}, Number.NaN]) {
    assert.equal(nacksOf({ msg_id: 'zpsm1', delay }), [{ msgId: 'zpsm1' }]);
  }
});

test('a delay is at most what a nack by name may say, also one that is too large for a number (6)', () => {
  for (const json of ['1e300', '1e400', '31536001']) {
    const response = readResponse(JSON.parse(`{"nack":[{"msg_id":"zpsm1","delay":${json}}]}`), undefined);
    assert.equal(response, { kind: 'nacked', nacks: [{ msgId: 'zpsm1', delay: limits.delay_sec_max }] });
  }
});

test('an error fails all, whatever the result beside it, and its message is kept', () => {
  const error = (value: unknown) => readResponse({ nack: [] }, value);
  assert.equal(error({ code: 1, message: 'no paper' }), { kind: 'failed', error: 'no paper' });
  assert.equal(error('no paper'), { kind: 'failed', error: '"no paper"' });
  assert.equal(error({ code: 1 }), { kind: 'failed', error: '{"code":1}' });
  assert.equal(error(null), { kind: 'failed', error: 'null' });
});

test('any JSON is read, and no text of it is kept without a bound (6)', () => {
  const anything = fc.option(fc.jsonValue(), { nil: undefined });
  fc.assert(
    fc.property(anything, anything, (result, error) => {
      const response = readResponse(result, error);
      if (response.kind === 'failed') assert.ok(response.error.length <= 500);
    }),
  );
  const long = readResponse(undefined, { message: 'x'.repeat(10_000) });
  assert.is(long.kind === 'failed' && long.error.length, 500);
});

test.run();
