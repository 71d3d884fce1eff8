import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Target } from '../../../bench/load/socket.js';
import type { Subject } from '../../../bench/peers/comparison.js';
import { ensureKeeps } from '../../../bench/peers/ensure-keeps.js';
import type { PeerJob } from '../../../bench/peers/load/job.js';
import { openPeer } from '../../../bench/peers/open-peer.js';
import type { PeerKind } from '../../../bench/peers/peer.js';
import { peerSizes } from '../../../bench/peers/sizes.js';
import { failureOf, runLoad } from './run-load.js';

const keeping = suite('bench peers: ensure keeps');

const sizes = peerSizes(true);
const cost = { seconds: 1, cpuSeconds: 1, figures: {} };

async function withAedes(kind: PeerKind | 'holdfast', run: (subject: Subject) => Promise<void>): Promise<void> {
  const peer = await openPeer('aedes');
  await run({ kind, name: 'the peer', sizes, server: async () => peer.server }).finally(() => peer.close());
}

/** Runs every job on the peer, but publishes fewer messages than were asked for: the others are lost. */
function losing(subject: Subject, lost: number) {
  const run = async (_: Target, job: PeerJob) => {
    const server = (await subject.server()) as Awaited<ReturnType<typeof openPeer>>['server'];
    const asked = job.kind === 'publish' ? { ...job, messages: job.messages - lost } : job;
    if (job.kind === 'drain' && lost > 0) throw new Error(`Nothing came, after ${job.messages - lost} messages`);
    await runLoad({ kind: 'aedes', name: 'the peer', server, close: async () => undefined }, asked);
    return cost;
  };
  return { generator: { run }, subjects: [subject], sizes };
}

keeping('lets pass a peer that brings what it acknowledged', async () => {
  await withAedes('mosquitto', subject => ensureKeeps(losing(subject, 0)));
});

keeping('refuses one that lost some, with how to make Mosquitto keep them', async () => {
  await withAedes('mosquitto', async subject => {
    const failure = await failureOf(ensureKeeps(losing(subject, 1_000)));
    assert.match(
      failure,
      /the peer acknowledged 2000 messages .* lost some: .*after 1000 messages\. Start it with "max_queued/,
    );
  });
  await withAedes('mqtt', async subject => {
    assert.not.match(await failureOf(ensureKeeps(losing(subject, 1))), /max_queued/);
  });
});

keeping.run();
