import { createHmac } from 'node:crypto';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { keysOf, webhookHeaders } from '../../../src/transport/webhook/signature.js';
import { readDoc } from '../../api/schema-files.js';

const test = suite('webhook: signature');

// The example of the Standard Webhooks specification.
const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const id = 'msg_p5jXN8AQM9LWM0D4loKWxJek';
const timestamp = 1_614_265_330;
const body = Buffer.from('{"test": 2432232314}');
const signature = 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=';

test('is that of the specification', () => {
  assert.equal(webhookHeaders(id, timestamp, body, keysOf(secret)), {
    'webhook-id': id,
    'webhook-timestamp': '1614265330',
    'webhook-signature': signature,
  });
});

test('is there for each secret', () => {
  const other = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
  const signed = webhookHeaders(id, timestamp, body, keysOf([other, secret]))['webhook-signature']!.split(' ');
  assert.is(signed.length, 2);
  assert.is(signed[1], signature);
  const hmac = createHmac('sha256', Buffer.alloc(32, 7)).update(`${id}.${timestamp}.${body}`);
  assert.is(signed[0], `v1,${hmac.digest('base64')}`);
});

test('differs with the id, the time, the body and the key', () => {
  const of = (...[i, t, b, k]: [string, number, string, string]) =>
    webhookHeaders(i, t, Buffer.from(b), keysOf(k))['webhook-signature'];
  const base: [string, number, string, string] = [id, timestamp, 'body', secret];
  const all = [of(...base), of('x', ...(base.slice(1) as [number, string, string])), of(id, 1, 'body', secret)];
  all.push(of(id, timestamp, 'Body', secret), of(id, timestamp, 'body', 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSx'));
  assert.is(new Set(all).size, all.length);
});

test('is left out without a secret', () => {
  assert.equal(webhookHeaders(id, timestamp, body, keysOf()), { 'webhook-id': id, 'webhook-timestamp': '1614265330' });
});

test('is found right by the code that PROTOCOL.md gives to receivers, and nothing else is', async () => {
  const code = /```js\n(import \{ createHmac[\s\S]*?)```/.exec(readDoc('PROTOCOL.md'))![1]!;
  const module = `data:text/javascript,${encodeURIComponent(`${code}\nexport { isSigned };`)}`;
  const { isSigned } = (await import(module)) as {
    isSigned(headers: Record<string, string>, body: Buffer, key: string): boolean;
  };
  const now = Math.floor(Date.now() / 1000);
  const other = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
  const headers = webhookHeaders(id, now, body, keysOf([other, secret]));
  assert.is(isSigned(headers, body, secret), true);
  assert.is(isSigned(headers, body, other), true);
  assert.is(isSigned(headers, body, 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSx'), false);
  assert.is(isSigned(headers, Buffer.from('{}'), secret), false);
  assert.is(isSigned({ ...headers, 'webhook-id': 'other' }, body, secret), false);
  assert.is(isSigned(webhookHeaders(id, now, body, []), body, secret), false);
  assert.is(isSigned(webhookHeaders(id, now - 3_600, body, keysOf(secret)), body, secret), false);
});

test.run();
