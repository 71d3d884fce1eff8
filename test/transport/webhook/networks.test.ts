import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readNetwork } from '../../../src/config/networks.js';
import { Networks } from '../../../src/transport/webhook/networks.js';

const test = suite('webhook: networks');

const allowing = (...networks: string[]) => new Networks(networks.map(text => readNetwork(text)!));
const none = allowing();

const refused: [what: string, ...addresses: string[]][] = [
  ['this host', '0.0.0.0', '0.1.2.3', '::'],
  ['loopback', '127.0.0.1', '127.255.255.254', '::1', '0:0:0:0:0:0:0:1'],
  ['private networks', '10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1', 'fc00::1', 'fd12:3456::1'],
  ['shared addresses', '100.64.0.1', '100.127.255.255'],
  ['link-local addresses', '169.254.0.1', 'fe80::1', 'fe80::1%eth0', 'fec0::1'],
  ['what a cloud answers its machines on', '169.254.169.254', '168.63.129.16', '100.100.100.200', 'fd00:ec2::254'],
  ['multicast and broadcast', '224.0.0.1', '239.255.255.255', '255.255.255.255', 'ff02::1'],
  ['reserved addresses', '192.0.0.192', '198.18.0.1', '240.0.0.1', '100::1', '4000::1'],
  ['documentation', '192.0.2.1', '198.51.100.1', '203.0.113.1', '2001:db8::1', '3fff::1'],
  ['tunnels', '2002:7f00:1::', '2001::1', '192.88.99.1'],
  ['IPv4 within IPv6', '::ffff:127.0.0.1', '::ffff:7f00:1', '0:0:0:0:0:ffff:10.0.0.1', '::127.0.0.1'],
  ['IPv4 behind NAT64', '64:ff9b::7f00:1', '64:ff9b::169.254.169.254', '64:ff9b:1::8.8.8.8'],
  ['what is no address', '', 'localhost', '1.2.3', '1.2.3.4.5', '0x7f000001', '[::1]'],
];

for (const [what, ...addresses] of refused) {
  test(`refuse ${what}`, () => {
    for (const address of addresses) assert.is(none.allow(address), false, address);
  });
}

test('allow public addresses', () => {
  for (const address of ['8.8.8.8', '172.32.0.1', '100.128.0.1', '169.253.0.1', '223.255.255.255'])
    assert.is(none.allow(address), true, address);
  for (const address of ['2606:4700::1111', '2a00::1', '2001:200::1', '::ffff:8.8.8.8', '64:ff9b::808:808'])
    assert.is(none.allow(address), true, address);
});

test('allow what is named, and nothing beside it', () => {
  const some = allowing('10.1.0.0/16', '127.0.0.1', 'fd00::/8');
  for (const address of ['10.1.2.3', '::ffff:10.1.2.3', '127.0.0.1', 'fd12::1']) assert.is(some.allow(address), true);
  for (const address of ['10.2.0.0', '127.0.0.2', 'fc00::1', '::1']) assert.is(some.allow(address), false, address);
});

test('allow everything if told to', () => {
  const all = allowing('0.0.0.0/0', '::/0');
  for (const [, ...addresses] of refused.slice(0, -1))
    for (const address of addresses) assert.is(all.allow(address), true, address);
});

test('of IPv4 are not those of IPv6', () => {
  assert.is(allowing('0.0.0.0/0').allow('::1'), false);
  assert.is(allowing('::/0').allow('127.0.0.1'), false);
});

test.run();
