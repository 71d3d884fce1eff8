import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { WebhookRoute } from '../../../src/broker/subscriptions/receiver.js';
import { HoldfastError } from '../../../src/protocol/errors.js';
import { Networks } from '../../../src/transport/webhook/networks.js';
import { checkRoute, shownUrl } from '../../../src/transport/webhook/route-check.js';

const test = suite('webhook: route');

const url = 'https://shop.example/orders?token=1';
const networks = new Networks([{ address: '127.0.0.1', prefix: 32, family: 'ipv4' }]);
const bytes = (count: number) => `whsec_${Buffer.alloc(count, 1).toString('base64')}`;

test('is taken if nothing is wrong with it', () => {
  const routes: WebhookRoute[] = [
    { url },
    { url: 'http://127.0.0.1:8080' },
    { url: 'http://[2606:4700::1111]/x' },
    { url, headers: { Authorization: 'Bearer abc', 'X-Shop': '', accept: 'a/b; q=0.5' } },
    { url, secret: bytes(24) },
    { url, secret: [bytes(64), bytes(25).replaceAll('=', '')] },
  ];
  for (const route of routes) checkRoute(route, networks);
});

const faulty: [what: string, path: string, reason: string, route: WebhookRoute][] = [
  ['no URL', 'route.url', 'must be a whole URL', { url: '/orders' }],
  ['a URL of another kind', 'route.url', 'must begin with http', { url: 'ftp://shop.example/' }],
  ['a script for a URL', 'route.url', 'must begin with http', { url: 'javascript:alert(1)' }],
  ['credentials in the URL', 'route.url', 'put them into headers', { url: 'https://crm:pw-7@shop.example' }],
  ['a fragment', 'route.url', 'after a #', { url: `${url}#part` }],
  ['an address that is not allowed', 'route.url', '10.0.0.1 is in no network', { url: 'http://10.0.0.1/' }],
  ['such an address in other digits', 'route.url', '127.0.0.2 is in no network', { url: 'http://0x7f000002/' }],
  ['one of IPv6', 'route.url', '::1 is in no network', { url: 'http://[::1]/' }],
  ['no name of a header', 'route.headers.a b', 'no name of a header', { url, headers: { 'a b': '1' } }],
  ['a header of the connection', 'route.headers.Host', 'cannot be set', { url, headers: { Host: 'pw-7' } }],
  ['a header that is ours', 'route.headers.webhook-id', 'cannot be set', { url, headers: { 'webhook-id': '1' } }],
  ['a line break in a header', 'route.headers.a', 'in one line', { url, headers: { a: 'pw-7\r\nb: 1' } }],
  ['a header beyond ASCII', 'route.headers.a', 'visible ASCII', { url, headers: { a: 'é' } }],
  ['a header twice', 'route.headers.A', 'is there twice', { url, headers: { a: '1', A: '2' } }],
  ['too much of headers', 'route.headers', 'at most 8192 bytes', { url, headers: { a: 'x'.repeat(8_192) } }],
  ['a secret of another form', 'route.secret', 'must be whsec_', { url, secret: 'pw-7' }],
  ['a secret that is no base64', 'route.secret', 'must be whsec_', { url, secret: `${bytes(24)}!` }],
  ['a secret that is too short', 'route.secret', 'it has 23', { url, secret: bytes(23) }],
  ['a later secret that is too long', 'route.secret[1]', 'it has 65', { url, secret: [bytes(24), bytes(65)] }],
];

for (const [what, path, reason, route] of faulty) {
  test(`is refused for ${what}`, () => {
    try {
      checkRoute(route, networks);
    } catch (error) {
      assert.instance(error, HoldfastError);
      const { name, message, details } = error as HoldfastError;
      assert.is(name, 'invalid_params');
      assert.is(details.path, path);
      assert.match(details.reason as string, reason);
      assert.not.match(message, 'pw-7');
      return;
    }
    assert.unreachable('it was taken');
  });
}

test('is shown without what may be secret', () => {
  assert.is(shownUrl('https://a:b@shop.example:8443/orders?token=1#x'), 'https://shop.example:8443/orders');
  assert.is(shownUrl('nonsense'), '(no URL)');
});

test.run();
