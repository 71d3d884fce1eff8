import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type PeerAddress, parsePeer } from '../../../bench/peers/address.js';
import type { Peer, PeerKind } from '../../../bench/peers/peer.js';
import { PeerServer } from '../../../bench/peers/subject/peer-server.js';
import { formatSummary, summaryRows } from '../../../bench/peers/summary.js';
import type { Side, WorkloadResult } from '../../../bench/result.js';

const summary = suite('bench peers: summary');

function peer(kind: PeerKind, name: string): Peer {
  const address = parsePeer('mqtt://127.0.0.1') as PeerAddress;
  return { kind, name, server: new PeerServer({ port: 1, basic: '', address }, null), close: async () => undefined };
}

function result(workload: string, sides: Side[]): WorkloadResult {
  return { workload, title: 'a load', sides, checks: [] };
}

const peers = [peer('mosquitto', 'Mosquitto 2'), peer('nats', 'NATS 2')];

summary('has a column for each broker and a dash for what was not measured', () => {
  const sides = [
    { name: 'Holdfast', rounds: [{ per_second: 100_000, cpu_us: 8 }] },
    { name: 'Mosquitto 2', rounds: [{ per_second: 90_000 }] },
  ];
  assert.equal(summaryRows([result('publish', sides)], peers), [
    ['', 'Holdfast', 'Mosquitto 2', 'NATS 2'],
    ['acknowledged publish, per second', '100,000', '90,000', '–'],
    ['  server CPU, µs each', '8.00', '–', '–'],
  ]);
});

summary('divides the rate with absent subscribers by the rate of the same broker without', () => {
  const sides = [
    { name: 'Holdfast', rounds: [{ per_second: 100 }] },
    { name: 'Holdfast, none', rounds: [{ per_second: 100 }] },
    { name: 'Mosquitto 2', rounds: [{ per_second: 1 }] },
    { name: 'Mosquitto 2, none', rounds: [{ per_second: 200 }] },
  ];
  const rows = summaryRows([result('offline', sides)], peers);
  assert.equal(rows.at(-1), ['  ÷ with none', '1.000', '0.005', '–']);
});

summary('tells what every acknowledgement is worth', () => {
  const text = formatSummary([], peers);
  assert.match(text, /Holdfast: on disk and synced/);
  assert.match(text, /Mosquitto 2: in memory/);
  assert.match(text, /NATS 2: in a file, .*synced every 2 minutes/);
});

summary.run();
