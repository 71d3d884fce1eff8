import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { asksForPeers, type PeerOptions, parsePeerOptions } from '../../../bench/peers/options.js';
import { peerSizes, sizesFor } from '../../../bench/peers/sizes.js';

const options = suite('bench peers: options');

const parse = (...args: string[]) => parsePeerOptions(args, ['publish', 'drain']) as PeerOptions;

options('are those of a comparison wherever the peer stands among them', () => {
  assert.ok(asksForPeers(['--quick', '--peer', 'aedes']));
  assert.ok(asksForPeers(['--peer=aedes']));
  assert.not(asksForPeers(['--only', 'publish']));
});

options('may name several peers', () => {
  assert.equal(parse('--peer', 'aedes', '--peer', 'nats://127.0.0.1').peers, ['aedes', 'nats://127.0.0.1']);
});

options('refuse what is no address of a peer', () => {
  assert.throws(() => parse('--peer', 'aedes', '--peer', 'http://127.0.0.1'), /--peer must be aedes, or a URL/);
});

options('refuse rounds that are no number and workloads that have no counterpart', () => {
  assert.throws(() => parse('--peer', 'aedes', '--rounds', '0'), /whole number/);
  assert.throws(() => parse('--peer', 'aedes', '--only', 'restart'), /only publish, drain/);
});

options('give a broker that works per subscriber less to do, and never more', () => {
  for (const quick of [true, false]) {
    const sizes = peerSizes(quick);
    assert.equal(sizesFor(sizes, 'holdfast'), sizes);
    assert.equal(sizesFor(sizes, 'nats'), sizes);
    assert.ok(sizesFor(sizes, 'mosquitto').offlineMessages < sizes.offlineMessages);
    const tiny = { ...sizes, offlineMessages: 10 };
    assert.is(sizesFor(tiny, 'mosquitto').offlineMessages, 10);
  }
});

options.run();
