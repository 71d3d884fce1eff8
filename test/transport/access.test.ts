import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Access, type AccessOptions } from '../../src/transport/access.js';

const test = suite('access');

function access(changes: Partial<AccessOptions> = {}): Access {
  return new Access({ host: '127.0.0.1', port: 8765, allowedHosts: [], allowedOrigins: [], ...changes });
}

function known(of: Access, hosts: (string | undefined)[]): (string | undefined)[] {
  return hosts.filter(host => of.knowsHost(host));
}

test('a server is known by the names of this machine with its own port only', () => {
  const ours = ['127.0.0.1:8765', 'localhost:8765', '[::1]:8765', 'LocalHost:8765'];
  const others = [
    undefined,
    '',
    'localhost',
    'localhost:8766',
    'evil.example:8765',
    '192.0.2.1:8765',
    'localhost:8765:1',
  ];
  assert.equal(known(access(), [...ours, ...others]), ours);
});

test('port 80 need not be said', () => {
  assert.equal(known(access({ port: 80 }), ['localhost', 'localhost:80', 'localhost:8765']), [
    'localhost',
    'localhost:80',
  ]);
});

test('a name that the operator allowed is known, on that port or, without one, on all', () => {
  const of = access({ allowedHosts: ['Broker.example', 'narrow.example:443'] });
  const ours = ['broker.example', 'broker.example:443', 'BROKER.EXAMPLE:1', 'narrow.example:443'];
  assert.equal(known(of, [...ours, 'narrow.example', 'narrow.example:444', 'sub.broker.example']), ours);
});

test('who listens everywhere is known by any address, because an address cannot be rebound, but by no other name', () => {
  for (const host of ['0.0.0.0', '::']) {
    const of = access({ host });
    const ours = ['192.0.2.1:8765', '[2001:db8::1]:8765', 'localhost:8765'];
    assert.equal(known(of, [...ours, '192.0.2.1', '192.0.2.1:80', 'evil.example:8765']), ours);
  }
});

test('who is no page may ask, and the pages of the server itself', () => {
  const of = access();
  for (const origin of [undefined, 'http://127.0.0.1:8765', 'http://localhost:8765', 'http://[::1]:8765']) {
    assert.is(of.allowsOrigin(origin), true, origin);
  }
  for (const origin of [
    'null',
    'https://localhost:8765',
    'http://localhost',
    'http://localhost:87650',
    'http://evil.example',
  ]) {
    assert.is(of.allowsOrigin(origin), false, origin);
  }
});

test('a page on localhost is another program if the server listens elsewhere', () => {
  const of = access({ host: '192.0.2.1' });
  assert.is(of.allowsOrigin('http://192.0.2.1:8765'), true);
  assert.is(of.allowsOrigin('http://localhost:8765'), false);
});

test('origins that the operator allowed may ask, and * is all of them', () => {
  const of = access({ allowedOrigins: ['https://Ours.example'] });
  assert.equal([of.allowsOrigin('https://ours.example'), of.allowsOrigin('https://ours.example.evil')], [true, false]);
  assert.is(access({ allowedOrigins: ['*'] }).allowsOrigin('null'), true);
});

test.run();
