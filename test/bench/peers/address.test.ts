import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type PeerAddress, parsePeer } from '../../../bench/peers/address.js';

const address = suite('bench peers: address');

const parsed = (text: string) => parsePeer(text) as PeerAddress;

address('has the usual port of its protocol unless it names one', () => {
  assert.is(parsed('mqtt://127.0.0.1').port, 1883);
  assert.is(parsed('nats://127.0.0.1').port, 4222);
  assert.is(parsed('mqtt://127.0.0.1:18830').port, 18_830);
});

address('tells WebSocket from TCP, with the path of the upgrade', () => {
  const plain = parsed('mqtt://broker:1');
  assert.is(plain.isWebSocket, false);
  const web = parsed('mqtt+ws://broker:1/mqtt');
  assert.equal([web.protocol, web.isWebSocket, web.path], ['mqtt', true, '/mqtt']);
  assert.equal([parsed('nats+ws://broker:1').protocol, parsed('nats+ws://broker:1').path], ['nats', '/']);
});

address('carries name and password as they are, whatever the URL had to escape', () => {
  const { username, password } = parsed('nats://bench:p%40ss@[::1]:4222');
  assert.equal([username, password], ['bench', 'p@ss']);
  assert.is(parsed('nats://bench:p%40ss@[::1]:4222').host, '::1');
});

address('may be the peer that the bench starts', () => {
  assert.is(parsePeer('aedes'), 'aedes');
});

address('is refused with what would be one', () => {
  for (const text of ['', 'mosquitto', 'mqtt://', 'mqtts://127.0.0.1:8883', 'http://127.0.0.1']) {
    assert.throws(() => parsePeer(text), /--peer must be aedes, or a URL such as mqtt:/, text);
  }
});

address.run();
