import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { openPeer } from '../../../bench/peers/open-peer.js';
import type { Peer } from '../../../bench/peers/peer.js';
import { drainJob, failureOf, publishJob, runAllLoads, runLoad, stageOf } from './run-load.js';

const aedes = suite<{ peer: Peer }>('bench peers: aedes');

aedes.before(async context => {
  context.peer = await openPeer('aedes');
});

aedes.after(({ peer }) => peer.close());

aedes('runs every load of the bench', async ({ peer }) => {
  assert.match(peer.name, /^aedes \d/);
  const figures = await runAllLoads(peer);
  assert.ok(figures.p50_ms! > 0 && figures.p99_ms! >= figures.p50_ms!);
});

aedes('costs CPU and memory that can be read', ({ peer }) => {
  const { cpuSeconds, rssBytes } = peer.server.usage();
  assert.ok(cpuSeconds > 0 && rssBytes > 0);
});

aedes('has nothing left of what was waiting once the stage is set anew', async ({ peer }) => {
  await runLoad(peer, { kind: 'stage', ...stageOf(1) });
  await runLoad(peer, publishJob);
  await runLoad(peer, { kind: 'stage', ...stageOf(1) });
  await runLoad(peer, publishJob);
  await runLoad(peer, drainJob);
});

aedes('fails a drain that brings more than was published for it', async ({ peer }) => {
  await runLoad(peer, { kind: 'stage', ...stageOf(1) });
  await runLoad(peer, publishJob);
  const failure = await failureOf(runLoad(peer, { ...drainJob, messages: drainJob.messages - 1 }));
  assert.match(failure, /"sub-0" got more than 599 messages/);
});

aedes('fails what is under way when the broker goes away', async () => {
  const doomed = await openPeer('aedes');
  const failure = failureOf(runLoad(doomed, { ...publishJob, messages: 1e9 }));
  await doomed.close();
  assert.match(await failure, /ended the connection|ECONN|EPIPE/);
});

aedes.run();
