import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { listenerPid, listeningInodes } from '../../../bench/peers/subject/listener.js';
import { PeerServer } from '../../../bench/peers/subject/peer-server.js';

const listener = suite('bench peers: listener');

const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:075B 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1 0 100 0 0 10 0
   1: 0100007F:075B 0100007F:D431 01 00000000:00000000 00:00000000 00000000     0        0 4712 1 0 20 4 0 10 -1
   2: 00000000:107E 00000000:0000 0A 00000000:00000000 00:00000000 00000000   103        0 4713 1 0 100 0 0 10 0
`;

listener('is found by its port, and not taken for one of its connections', () => {
  assert.equal(listeningInodes(table, 1883), ['4711']);
  assert.equal(listeningInodes(table, 4222), ['4713']);
  assert.equal(listeningInodes(table, 1), []);
});

listener('is the process that has the socket', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  assert.is(listenerPid('127.0.0.1', port), process.pid);
  assert.is(listenerPid('broker.example', port), null, 'what listens elsewhere is not a process of this machine');
  server.close();
  await once(server, 'close');
  assert.is(listenerPid('127.0.0.1', port), null);
});

listener('costs what is not a number where its process cannot be looked at', () => {
  const address = parseable();
  const usage = new PeerServer({ port: 1, basic: '', address }, null).usage();
  assert.ok(Number.isNaN(usage.cpuSeconds) && Number.isNaN(usage.rssBytes));
  const gone = new PeerServer({ port: 1, basic: '', address }, 2 ** 22 + 1).usage();
  assert.ok(Number.isNaN(gone.rssBytes));
});

function parseable() {
  const where = { host: '127.0.0.1', port: 1, isWebSocket: false, path: '/' };
  return { ...where, protocol: 'mqtt' as const, username: '', password: '' };
}

listener.run();
