import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { openPeer } from '../../../bench/peers/open-peer.js';
import { BrokerProcess, findProgram, freePort } from './broker-process.js';
import { drainJob, failureOf, publishJob, runAllLoads, runLoad, stageOf } from './run-load.js';

const program = findProgram('nats-server');
const nats = suite('bench peers: nats');
const test: typeof nats | (() => void) = program === null ? () => {} : nats;
if (program === null) console.log('nats-server is not installed: it is not tried');

/** Runs `use` beside a NATS on a free port, with more lines of configuration. */
async function withNats(lines: (directory: string) => string[], use: (port: number) => Promise<void>) {
  const port = await freePort();
  const config = (directory: string) => [`listen: "127.0.0.1:${port}"`, ...lines(directory)].join('\n');
  const broker = await BrokerProcess.start(program!, '-c', config, 'Server is ready');
  await use(port).finally(() => broker.stop());
}

const jetStream = (directory: string) => [`jetstream { store_dir: "${directory}" }`];

test('runs every load of the bench, and costs CPU and memory that can be read', async () => {
  await withNats(jetStream, async port => {
    const peer = await openPeer(`nats://127.0.0.1:${port}`);
    assert.match(peer.name, /^NATS \d/);
    await runAllLoads(peer);
    assert.ok(peer.server.usage().rssBytes > 0);
  });
});

test('runs them over WebSocket', async () => {
  const webPort = await freePort();
  const web = `websocket { listen: "127.0.0.1:${webPort}", no_tls: true }`;
  await withNats(
    directory => [...jetStream(directory), web],
    async () => {
      await runAllLoads(await openPeer(`nats+ws://127.0.0.1:${webPort}`));
    },
  );
});

test('fails a drain that brings more than was published for it', async () => {
  await withNats(jetStream, async port => {
    const peer = await openPeer(`nats://127.0.0.1:${port}`);
    await runLoad(peer, { kind: 'stage', ...stageOf(1) });
    await runLoad(peer, publishJob);
    const failure = await failureOf(runLoad(peer, { ...drainJob, messages: drainJob.messages - 1 }));
    assert.match(failure, /"sub-0" got more than 599 messages/);
  });
});

test('fails a publish to a topic that no stream keeps', async () => {
  await withNats(jetStream, async port => {
    const peer = await openPeer(`nats://127.0.0.1:${port}`);
    assert.match(await failureOf(runLoad(peer, publishJob)), /A publish was refused: NATS\/1.0 503/);
  });
});

test('without JetStream is refused with how to turn it on', async () => {
  await withNats(
    () => [],
    async port => {
      assert.match(
        await failureOf(openPeer(`nats://127.0.0.1:${port}`)),
        /JetStream is off: start nats-server with -js/,
      );
    },
  );
});

test('that lets in others is told by what it says, with what to do', async () => {
  await withNats(
    directory => [...jetStream(directory), 'authorization { user: bench, password: secret }'],
    async port => {
      const failure = await failureOf(openPeer(`nats://127.0.0.1:${port}`));
      assert.match(failure, /Authorization Violation.*nats:\/\/user:password@host/);
      const peer = await openPeer(`nats://bench:secret@127.0.0.1:${port}`);
      await runLoad(peer, { kind: 'stage', ...stageOf(0) });
    },
  );
});

nats('is not there: nothing listens', async () => {
  const port = await freePort();
  assert.match(await failureOf(openPeer(`nats://127.0.0.1:${port}`)), /: nothing listens there$/);
});

nats.run();
