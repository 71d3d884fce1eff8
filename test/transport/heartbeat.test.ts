import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Beating, Heartbeat } from '../../src/transport/heartbeat.js';

const test = suite('heartbeat');
const options = { pingIntervalMs: 25_000, pongWaitMs: 10_000, tickMs: 250 };

/** Notes at which tick it was pinged and checked. */
class Peer implements Beating {
  static now = 0;
  readonly pings: number[] = [];
  readonly checks: number[] = [];

  ping(): void {
    this.pings.push(Peer.now);
  }

  checkPong(): void {
    this.checks.push(Peer.now);
  }
}

function tick(heartbeat: Heartbeat<Peer>, ticks: number): void {
  for (let i = 0; i < ticks; i += 1) {
    heartbeat.tick();
    Peer.now += 1;
  }
}

test('a peer is pinged once an interval and checked after the wait', () => {
  Peer.now = 0;
  const heartbeat = new Heartbeat<Peer>(options);
  const peer = new Peer();
  heartbeat.add(peer);
  tick(heartbeat, 300);
  assert.equal(peer.pings, [0, 100, 200]);
  assert.equal(peer.checks, [40, 140, 240]);
});

test('peers that come together are not pinged together', () => {
  Peer.now = 0;
  const heartbeat = new Heartbeat<Peer>(options);
  const peers = Array.from({ length: 1_000 }, () => new Peer());
  for (const peer of peers) heartbeat.add(peer);
  tick(heartbeat, 100);
  const pingsPerTick = new Map<number, number>();
  for (const [at] of peers.map(peer => peer.pings)) pingsPerTick.set(at!, (pingsPerTick.get(at!) ?? 0) + 1);
  assert.equal(new Set(pingsPerTick.values()), new Set([10]));
});

test('a peer that was removed is left alone', () => {
  const heartbeat = new Heartbeat<Peer>(options);
  const peers = [new Peer(), new Peer(), new Peer()];
  for (const peer of peers) heartbeat.add(peer);
  heartbeat.remove(peers[1]!);
  assert.equal([...heartbeat], [peers[0], peers[2]]);
  tick(heartbeat, 100);
  assert.equal(peers[1]!.pings, []);
});

test('a wait as long as the interval is cut, so that a pong is always looked for before the next ping', () => {
  Peer.now = 0;
  const heartbeat = new Heartbeat<Peer>({ pingIntervalMs: 1_000, pongWaitMs: 5_000, tickMs: 250 });
  const peer = new Peer();
  heartbeat.add(peer);
  tick(heartbeat, 8);
  assert.equal(peer.pings, [0, 4]);
  assert.equal(peer.checks, [3, 7]);
});

test.run();
