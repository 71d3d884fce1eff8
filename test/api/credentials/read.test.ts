import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readCredentials } from '../../../src/api/credentials/read.js';

const test = suite('credentials: read');

function basic(text: string): string {
  return `Basic ${Buffer.from(text).toString('base64')}`;
}

function subprotocols(text: string): string {
  return `holdfast.v1, holdfast.basic.${Buffer.from(text).toString('base64url')}`;
}

test('both forms carry any name without a colon and any password', () => {
  // The header's grammar has no control characters and no line ends (RFC 7617).
  const visible = fc.string({ unit: 'binary' }).map(text => text.replace(/[\p{Cc}\u2028\u2029]/gu, ''));
  fc.assert(
    fc.property(visible, visible, (name, password) => {
      const username = name.replaceAll(':', '');
      const expected = { username, password };
      assert.equal(readCredentials({ authorization: basic(`${username}:${password}`) }), expected);
      assert.equal(readCredentials({ 'sec-websocket-protocol': subprotocols(`${username}:${password}`) }), expected);
    }),
  );
});

test('the header goes before the subprotocol', () => {
  const headers = { authorization: basic('header:1'), 'sec-websocket-protocol': subprotocols('protocol:2') };
  assert.is(readCredentials(headers)?.username, 'header');
});

test('another scheme leaves the subprotocol to speak', () => {
  const headers = { authorization: 'Bearer abc', 'sec-websocket-protocol': subprotocols('protocol:2') };
  assert.is(readCredentials(headers)?.username, 'protocol');
});

test('no credentials, or none that can be read, are null', () => {
  assert.is(readCredentials({}), null);
  assert.is(readCredentials({ authorization: 'Basic' }), null);
  assert.is(readCredentials({ authorization: basic('no colon') }), null);
  assert.is(readCredentials({ 'sec-websocket-protocol': 'holdfast.v1' }), null);
  assert.is(readCredentials({ 'sec-websocket-protocol': subprotocols('no colon') }), null);
});

test.run();
