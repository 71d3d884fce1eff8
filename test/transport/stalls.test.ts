import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Congested, Stalls } from '../../src/transport/stalls.js';

const test = suite('stalls');

class Peer implements Congested {
  bytesTaken = 0;
  drops = 0;

  dropStalled(): void {
    this.drops += 1;
  }
}

test('a peer that reads nothing for the time is dropped once', () => {
  const stalls = new Stalls(1_000);
  const peer = new Peer();
  stalls.watch(peer);
  for (let i = 0; i < 3; i += 1) stalls.tick(250);
  assert.is(peer.drops, 0);
  for (let i = 0; i < 3; i += 1) stalls.tick(250);
  assert.is(peer.drops, 1);
});

test('a peer that reads a byte now and then is kept', () => {
  const stalls = new Stalls(1_000);
  const peer = new Peer();
  stalls.watch(peer);
  for (let i = 0; i < 40; i += 1) {
    if (i % 4 === 0) peer.bytesTaken += 1;
    stalls.tick(250);
  }
  assert.is(peer.drops, 0);
});

test('watching a peer again does not give it more time, and one that caught up is forgotten', () => {
  const stalls = new Stalls(1_000);
  const [stalled, recovered] = [new Peer(), new Peer()];
  for (const peer of [stalled, recovered]) stalls.watch(peer);
  stalls.tick(500);
  stalls.watch(stalled);
  assert.is(stalls.forget(recovered), true);
  assert.is(stalls.forget(recovered), false);
  stalls.tick(500);
  assert.equal([stalled.drops, recovered.drops], [1, 0]);
});

test.run();
