import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { checkSettings } from '../../src/config/check.js';
import { readNetwork } from '../../src/config/networks.js';

const test = suite('config: networks');

test('are an address and the number of bits that count, or a single address', () => {
  assert.equal(readNetwork('10.0.0.0/8'), { address: '10.0.0.0', prefix: 8, family: 'ipv4' });
  assert.equal(readNetwork('10.1.2.3'), { address: '10.1.2.3', prefix: 32, family: 'ipv4' });
  assert.equal(readNetwork('fd00::/8'), { address: 'fd00::', prefix: 8, family: 'ipv6' });
  assert.equal(readNetwork('::1'), { address: '::1', prefix: 128, family: 'ipv6' });
  assert.equal(readNetwork('0.0.0.0/0'), { address: '0.0.0.0', prefix: 0, family: 'ipv4' });
});

test('are nothing else', () => {
  for (const text of [
    '',
    '10.0.0.0/33',
    '10.0.0.0/',
    '10.0.0/8',
    '::/129',
    '10.0.0.0/8/8',
    '1.2.3.4/-1',
    'fe80::1%lo',
  ]) {
    assert.is(readNetwork(text), null, text);
  }
});

test('that are none keep the server from starting, with their place', () => {
  const refused = (network: string) => () => checkSettings({ allowed_webhook_networks: ['::1', network] }, 'file.json');
  assert.throws(refused('10.0.0.0/33'), 'file.json: allowed_webhook_networks[1] is no network: "10.0.0.0/33".');
  assert.throws(refused('localhost'), 'allowed_webhook_networks[1] must be a network like');
});

test.run();
